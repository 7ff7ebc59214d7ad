import { render } from "preact";
import { App } from "./app.tsx";
import { listenToKeys } from "./keys.ts";
import { begin } from "./store.ts";

render(<App />, document.body);
listenToKeys();
void begin();
