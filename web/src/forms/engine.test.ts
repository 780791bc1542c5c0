// The form engine against the vectors that the server's compiler passes too, and what only the browser does.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, labelAt, openWith, put } from './engine';
import type { FormDefinition, Values } from './types';

interface Vector { claim: string; data: Values; known: Values; errors: { pointer: string; detail: string }[]; values: Values }

const FOLDER = join(import.meta.dirname, '../../../tests/forms/vectors');
const UNDECLARED = 'Key is not part of this form.'; // the renderer sends declared keys only
const NORMALISED = ['times.json']; // the server writes times in one spelling

for (const file of readdirSync(FOLDER)) {
  const { schema, vectors } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { schema: FormDefinition; vectors: Vector[] };
  describe(file, () => {
    it.each(vectors.map((vector) => [vector.claim, vector] as const))('%s', (_, vector) => {
      const { errors, values } = check(schema, vector.data, vector.known);

      const told = Object.entries(errors).flatMap(([pointer, details]) => details.map((detail) => ({ pointer: `#${pointer}`, detail })));
      expect(told).toEqual(vector.errors.filter((error) => error.detail !== UNDECLARED));
      if (vector.errors.length === 0 && !NORMALISED.includes(file)) expect(plain(values)).toEqual(vector.values);
    });
  });
}

/** What the server does to values beyond the engine: numbers written as text, options chosen twice, empty objects. */
function plain(values: Values): Values {
  return JSON.parse(JSON.stringify(values), (_, value: unknown) => {
    if (typeof value === 'string' && /^\d+\.\d+$/.test(value)) return Number(value);
    return Array.isArray(value) && typeof value[0] === 'string' ? [...new Set<unknown>(value)] : value;
  }) as Values;
}

const FORM: FormDefinition = {
  id: 'f',
  components: [
    { type: 'group', label: 'Frame', components: [{ type: 'textfield', key: 'a', label: 'First', defaultValue: 'x' }] },
    { type: 'dynamiclist', path: 'rows', label: 'Medicines', defaultRepetitions: 1, components: [{ type: 'number', key: 'dose', label: 'Dose', defaultValue: 1 }] },
  ],
};

describe('openWith', () => {
  it('takes defaults where nothing is known, and leaves undeclared values behind', () => {
    expect(openWith(FORM.components, { other: 1 })).toEqual({ a: 'x', rows: [{ dose: 1 }] });
    expect(openWith(FORM.components, { a: 'known', rows: [] })).toEqual({ a: 'known', rows: [] });
  });
});

describe('put', () => {
  it('changes one value and shares the rest', () => {
    const before = { a: 'x', rows: [{ dose: 1 }, { dose: 2 }] };
    const after = put(before, '/rows/1/dose', 5);
    expect(after).toEqual({ a: 'x', rows: [{ dose: 1 }, { dose: 5 }] });
    expect((after['rows'] as unknown[])[0]).toBe(before.rows[0]);
  });
});

describe('labelAt', () => {
  it('names a field in a row with its place', () => {
    expect(labelAt(FORM, '/a')).toBe('First');
    expect(labelAt(FORM, '/rows/1/dose')).toBe('Medicines 2: Dose');
  });
});
