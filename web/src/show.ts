/** Any JSON value as a person reads it. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(show).join(', ');
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return String(Math.round(value * 1e9) / 1e9);
  if (typeof value === 'object') return Object.entries(value).map(([name, inner]) => `${name}: ${show(inner)}`).join(', ');
  return String(value);
}
