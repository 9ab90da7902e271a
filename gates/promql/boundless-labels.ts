/** Labels whose values are as many as there are requests or people: a series for each. */
const BOUNDLESS =
  /^(?:(?:full_?|raw_?|request_?)?(?:url|uri|path)|query(?:_string)?|e?mail|(?:client_?|remote_?)?(?:ip|addr|address)|id|uuid|guid|.*(?:user|session|trace|span|request|customer|account|order)(?:_?id)?)$/i;

/** Whether a label has likely as many values as there are requests or people, by its name. */
export function isBoundless(label: string): boolean {
  return BOUNDLESS.test(label);
}
