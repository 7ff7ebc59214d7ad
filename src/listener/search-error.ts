/**
 * Why there is no search result: the search didn't run, didn't finish, or failed. The message completes "the cause was
 * not found: …".
 */
export class SearchError extends Error {
  override readonly name = "SearchError";
}
