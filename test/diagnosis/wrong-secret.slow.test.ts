import { each } from "./choice.ts";
import { wrongSecret } from "./wrong-secret.ts";

wrongSecret(each, 3000);
