// Complaints as a person reads them.
import { describe, expect, it } from 'vitest';
import { complaint, REQUIRED, say } from './say';

describe('a complaint', () => {
  it.each([
    [REQUIRED, 'Please answer this.'],
    ['Field must have maximum value of 10.', 'At most 10.'],
    ['Value is not a date.', 'Give a whole date.'],
    ['Something only the server knows.', 'Something only the server knows.'],
  ])('%s is said as %s', (detail, said) => expect(say(detail)).toBe(said));

  it('names only the field where an answer is missing', () => expect(complaint('Setting', [REQUIRED])).toBe('Setting'));

  it('follows a question without a colon', () => {
    expect(complaint('Is the home safe?', ['Value is not one of the options.'])).toBe('Is the home safe? Choose one of the options.');
    expect(complaint('Pain', ['Field must have maximum value of 10.'])).toBe('Pain: At most 10.');
  });
});
