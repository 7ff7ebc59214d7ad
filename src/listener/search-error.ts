/** Why a search found nothing: it was not made, not finished, or it failed. Its message completes "the cause was not found: …". */
export class SearchError extends Error {
  override readonly name = "SearchError";
}
