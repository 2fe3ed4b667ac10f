/** Where a URL leads, for logs: many providers take their key in the path, the query or the user's part. */
export function endpointOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'not a URL';
}
