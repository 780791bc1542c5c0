// Answers FEEL questions with the reference library `feelin`. One JSON list of questions a line in, one of answers a line out.
// Argument: the folder whose node_modules hold feelin.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.argv[2], 'package.json'));
const feelin = await import(pathToFileURL(require.resolve('feelin')));

// one way to write no offset, and years as XML Schema has them
const years = (value) => String(value).replace(/^([+-])0*(\d{4,}-)/, (_, sign, rest) => (sign === '-' ? '-' : '') + rest);
const zoned = (value) => years(value).replace(/(:\d\d(\.\d+)?)[+-]00:00$/, '$1Z');

function plain(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { odd: String(value) };
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof feelin.FeelDate) return { date: years(value) };
  if (value instanceof feelin.FeelTime) return { time: zoned(value) };
  if (value instanceof feelin.FeelDateTime) return { 'date and time': zoned(value) };
  if (value instanceof feelin.FeelDuration) {
    return { [value.yearsMonths ? 'years and months duration' : 'days and time duration']: String(value) };
  }
  if (feelin.isRange(value)) {
    return { range: [plain(value.start), plain(value.end), value['start included'], value['end included']] };
  }
  if (feelin.isFunction(value) || typeof value === 'function') return { function: true };
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return { context: Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)])) };
  }
  return { odd: Object.prototype.toString.call(value) };
}

function answer({ text, context, unary }) {
  try {
    const { value } = unary ? feelin.unaryTest(text, context) : feelin.evaluate(text, context);
    return { value: plain(value) };
  } catch (error) {
    return error instanceof feelin.SyntaxError ? { fault: 'syntax' } : { fault: 'exception' };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(JSON.parse(line).map(answer)) + '\n');
}
