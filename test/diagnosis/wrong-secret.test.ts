import { oneIn } from "./choice.ts";
import { wrongSecret } from "./wrong-secret.ts";

wrongSecret(oneIn, 15);
