// Times bpmn-io's feelin: one JSON job a line in, microseconds of the processor per evaluation out. Argument: the folder with node_modules.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.argv[2], 'package.json'));
const { evaluate, unaryTest } = await import(pathToFileURL(require.resolve('feelin')));

// every row is asked, as a UNIQUE table has to; then the one that matched gives its output
function decide({ inputs, rules }, context) {
  const values = inputs.map((text) => evaluate(text, context).value);
  const hits = rules.filter(({ tests }) =>
    tests.every((text, at) => text === '-' || unaryTest(text, { ...context, '?': values[at] }).value === true));
  return hits.length === 1 ? evaluate(hits[0].output, context).value : null;
}

const ways = {
  expression: ({ text, context }) => evaluate(text, context).value,
  test: ({ text, context, value }) => unaryTest(text, { ...context, '?': value }).value,
  table: ({ table, context }) => decide(table, context),
};

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  const work = ways[job.way];
  const began = process.cpuUsage();
  for (let turn = 0; turn < job.times; turn += 1) work(job);
  const { user, system } = process.cpuUsage(began);
  const spent = (user + system) / job.times;
  process.stdout.write(JSON.stringify({ answer: work(job) ?? null, spent }) + '\n');
}
