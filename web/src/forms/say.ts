// Complaints as they are said to a person; the rules themselves speak the server's words (rules.ts).

export const REQUIRED = 'Field is required.';

const SAID: [RegExp, string][] = [
  [/^Field is required\.$/, 'Please answer this.'],
  [/^Value is not one of the options\.$/, 'Choose one of the options.'],
  [/^Value is not a number\.$/, 'Give a number.'],
  [/^Value is expected to be an integer\.$/, 'Give a whole number.'],
  [/^Value is expected to have at most (.+) decimal digits\.$/, 'At most $1 digits after the point.'],
  [/^Field must have minimum value of (.+)\.$/, 'At least $1.'],
  [/^Field must have maximum value of (.+)\.$/, 'At most $1.'],
  [/^Field must have minimum length of (.+)\.$/, 'At least $1 characters.'],
  [/^Field must have maximum length of (.+)\.$/, 'At most $1 characters.'],
  [/^Field must have at least (.+) rows\.$/, 'Add at least $1.'],
  [/^Field must have at most (.+) rows\.$/, 'At most $1 fit here.'],
  [/^Field must match pattern .+\.$/, 'This is not written as expected here.'],
  [/^Field must be a valid email\.$/, 'Give an email address, such as name@example.org.'],
  [/^Field must be a valid phone number\.$/, 'Give a phone number.'],
  [/^Value is not a date\.$/, 'Give a whole date.'],
  [/^Value is not a time\.$/, 'Give a time.'],
  [/^Value is not a date and time with an offset\.$/, 'Give a date and a time.'],
];

export function say(detail: string): string {
  const [rule, told] = SAID.find(([each]) => each.test(detail)) ?? [];
  return rule && told ? detail.replace(rule, told) : detail;
}

/** "Setting" for a missing answer, "Pain: At most 10." for a wrong one, "Is the home safe? Choose one of the options." */
export function complaint(label: string, details: string[]): string {
  if (details.every((each) => each === REQUIRED)) return label;
  return `${label}${label.endsWith('?') ? '' : ':'} ${details.map(say).join(' ')}`;
}
