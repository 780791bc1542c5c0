// A stand-in for the API while developing the interface: `npm run mock`, then `npm run dev`. Never built, never shipped.
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PORT = Number(process.env.PORT ?? 8000);
const STATIC = process.env.STATIC ?? join(import.meta.dirname, '../dist');
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const PHASES = ['screening', 'assessing', 'stratifying', 'planning', 'implementing', 'following_up', 'transitioning', 'post_transition', 'evaluating'];
const RISKS = ['low', 'moderate', 'high', 'very_high'];
const H = 3600e3;

const read = (folder, end) => Object.fromEntries((existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder)) : [])
  .filter((name) => name.endsWith(end)).map((name) => [name.slice(0, -end.length), readFileSync(join(ROOT, folder, name), 'utf8')]));
const models = read('bpmn', '.bpmn');
const decisions = read('bpmn', '.dmn');
const forms = read('forms/definitions', '.form.json');
const nameIn = (xml, key) => (/<(?:\w+:)?process[^>]*\sname="([^"]+)"/.exec(xml)?.[1]) ?? key;
const main = models.case_lifecycle ? 'case_lifecycle' : Object.keys(models)[0];
const idsIn = (xml, kind) => [...xml.matchAll(new RegExp(`<(?:\\w+:)?${kind}\\s[^>]*?id="([^"]+)"`, 'g'))].map((found) => found[1]);

let offset = Date.parse('2026-11-22T09:12:00Z') - Date.now();
const now = () => new Date(Date.now() + offset);
const iso = (hours) => new Date(now().getTime() + hours * H).toISOString().replace(/\.\d+Z/, 'Z');
const people = [
  ['p1', 'Maria Santos', ['case_manager'], ['case_manager'], 'north', true], ['p2', 'Tom Becker', ['case_manager'], ['case_manager_jr'], 'north', false],
  ['p3', 'Dana Whitfield', ['designer'], [], null, false], ['p4', 'Ravi Iyer', ['administrator'], [], null, false], ['p5', 'Joan Okafor', ['supervisor'], ['supervisor'], 'north', true],
  ['p6', 'Nurse Pia Holm', ['clinician'], ['nurse'], 'north', false], ['p7', 'Leo Grant', ['clinician'], ['pharmacist'], 'north', false], ['p8', 'Ines Duarte', ['intake'], ['intake'], 'north', false],
  ['p9', 'Karl Meyer', ['external'], ['payor_reviewer'], null, false], ['p10', 'Amy Fox', ['quality'], ['quality'], null, false], ['p11', 'Uma Patel', ['auditor'], [], null, false],
].map(([id, name, roles, groups, unit, may_assess]) => ({ id, name, roles, groups, unit, may_assess }));
const names = ['Ada Lindqvist', 'Bruno Costa', 'Cora Nakamura', 'Daniel O’Brien', 'Elif Yılmaz', 'Frank Müller', 'Grace Adeyemi', 'Hugo Fernández', 'Irene Kowalska', 'Jamal Washington', 'Kaya Thompson', 'Luis Alvarado', 'Mei Zhang', 'Nora Eriksen'];
const client = (n) => ({ id: `c${n}`.padEnd(32, '0'), name: names[n % names.length], mrn: `MRN-${1000 + 37 * n}`, birth_date: `${1934 + (n * 7) % 60}-0${1 + (n % 9)}-1${n % 9}`, sex: 'female', language: 'en' });
const cases = Array.from({ length: 42 }, (_, n) => ({
  id: `0a${n.toString(16).padStart(2, '0')}${'7f3c9d'.repeat(6)}`.slice(0, 35), process: 'case_lifecycle', client: client(n), status: n % 9 === 8 ? 'completed' : 'active', phase: PHASES[(n * 4) % 9], risk: RISKS[(n * 3) % 4], unit: 'north',
  manager: people[n % 2], release: 3, version: 12 + n, started_at: iso(-24 * (3 + n * 5)), ended_at: n % 9 === 8 ? iso(-30) : null, ending: n % 9 === 8 ? 'goals_met' : null, open_tasks: n % 9 === 8 ? 0 : 1 + (n % 3), next_timer_at: n % 3 ? iso(4 + n * 3) : null,
}));
const kinds = [['outreach_call', 'Call after discharge', 'outreach_48h'], ['core_assessment', 'Assess the client', 'core_assessment'], ['obtain_consent', 'Obtain consent', 'consent'], ['screen_client', 'Screen the client', 'screening'], ['draft_plan', 'Draft the plan of care', 'plan_of_care'], ['contact_and_review', 'Contact and review', 'follow_up'], ['phq2_9', 'Ask about mood', 'phq9']];
let tasks = cases.filter((item) => item.status === 'active').map((item, n) => {
  const [element, name, form] = kinds[n % kinds.length];
  return { id: `${item.id.slice(0, 3)}t${n}`.padEnd(35, '5'), case_id: item.id, process: 'case_lifecycle', element, name, phase: item.phase, risk: item.risk, group: 'case_manager', form,
    assignee: n % 3 === 0 ? { id: 'p1', name: 'Maria Santos' } : n % 3 === 1 ? null : { id: 'p2', name: 'Tom Becker' }, status: 'open', priority: 50, opened_at: iso(-20), due_at: n === 9 ? null : iso(-9 + n * 2.5), overdue: -9 + n * 2.5 < 0 && n !== 9, version: 1, client: item.client };
});
const drafts = new Map();
const designDrafts = new Map();
const sessions = new Map();
let release = 3;
const designs = () => [...Object.keys(models).map((key) => ['model', key, models[key]]), ...Object.keys(decisions).map((key) => ['decision', key, decisions[key]]), ...Object.keys(forms).map((key) => ['form', key, forms[key]])]
  .map(([kind, key, source]) => ({ id: `${kind}-${key}`, kind, key, title: kind === 'form' ? JSON.parse(source).title : nameIn(source, key), hash: 'ab12', has_draft: designDrafts.has(`${kind}-${key}`), updated_at: iso(-50), source: designDrafts.get(`${kind}-${key}`)?.source ?? source }));

class Problem extends Error { constructor(status, title, more = {}) { super(title); Object.assign(this, { status, more }); } }
const need = (found) => { if (!found) throw new Problem(404, 'Not found'); return found; };
const without = ({ form, ...item }) => item;
const matching = (request, version) => {
  const sent = request.headers['if-match'];
  if (!sent) throw new Problem(428, 'If-Match is required');
  if (sent !== `"${version}"`) throw new Problem(412, 'Stale');
};

const routes = [
  ['GET', /^\/sessions\/people$/, () => ({ items: people })],
  ['GET', /^\/sessions$/, ({ session }) => { if (!session) throw new Problem(401, 'Not signed in'); return session; }],
  ['POST', /^\/sessions$/, ({ body, response }) => {
    const person = need(people.find((each) => each.id === body.person));
    sessions.set(person.id, { person, csrf_token: `csrf-${person.id}`, expires_at: iso(8), profile: 'sample' });
    response.setHeader('Set-Cookie', `ninefold_session=${person.id}; Path=/; HttpOnly; SameSite=Strict`);
    return [201, sessions.get(person.id)];
  }],
  ['DELETE', /^\/sessions$/, ({ response }) => { response.setHeader('Set-Cookie', 'ninefold_session=; Path=/; Max-Age=0'); return [204]; }],
  ['GET', /^\/clock$/, () => ({ now: iso(0), virtual: true, next_timer_at: iso(3) })],
  ['POST', /^\/clock:advance$/, ({ body }) => { const hours = body.to ? 3 : Number(/\d+/.exec(body.by)[0]); offset += hours * H; return { now: iso(0), fired: hours > 2 ? 3 : 0 }; }],
  ['GET', /^\/tasks$/, ({ search, session }) => {
    let found = tasks.filter((task) => task.status === 'open');
    const queue = search.get('queue');
    if (queue === 'mine') found = found.filter((task) => task.assignee?.id === session.person.id);
    if (queue === 'claimable') found = found.filter((task) => !task.assignee);
    for (const name of ['phase', 'risk', 'case_id']) if (search.get(name)) found = found.filter((task) => task[name] === search.get(name));
    if (search.get('overdue') === 'true') found = found.filter((task) => task.overdue);
    return { items: found.map(without).sort((one, other) => (one.due_at ?? '9').localeCompare(other.due_at ?? '9')), next_cursor: null };
  }],
  ['GET', /^\/tasks\/(\w+)$/, ({ id, response }) => {
    const task = need(tasks.find((each) => each.id === id));
    response.setHeader('ETag', `"${task.version}-${drafts.get(id)?.version ?? 0}"`);
    return { ...without(task), form: forms[task.form] ? JSON.parse(forms[task.form]) : null, values: { adm_12m: 2, meds_n: 9, attempt_no: 1, ed_6m: 1 }, context: { age: 78 }, known: { adm_12m: { at: iso(-24 * 12), source: 'screening' }, meds_n: { at: iso(-24 * 40), source: 'record_review' } }, draft: drafts.get(id) ?? null,
      purpose: 'Reach the client within **48 hours** of discharge.\n\n- Confirm identity first\n- Go through red flags\n- Book the follow-up visit', why: [{ kind: 'timer', text: 'Discharged from Mercy Hospital; 24 hours have passed', at: iso(-24), element: 'outreach_48h' }, { kind: 'assigned', text: 'You are the case manager of this client', at: null, element: null }], case: cases.find((each) => each.id === task.case_id) };
  }],
  ['POST', /^\/tasks\/(\w+):(claim|release)$/, ({ id, verb, request, session }) => {
    const task = need(tasks.find((each) => each.id === id));
    matching(request, task.version);
    task.version += 1;
    task.assignee = verb === 'claim' ? { id: session.person.id, name: session.person.name } : null;
    return without(task);
  }],
  ['PUT', /^\/tasks\/(\w+)\/draft$/, ({ id, body, request }) => {
    const version = drafts.get(id)?.version ?? 0;
    matching(request, version);
    drafts.set(id, { values: body.values, version: version + 1 });
    return { version: version + 1, saved_at: iso(0) };
  }],
  ['POST', /^\/tasks\/(\w+):complete$/, ({ id, body, request }) => {
    const task = need(tasks.find((each) => each.id === id));
    if (task.status !== 'open') throw new Problem(409, 'Expected an open task, but it was completed by Tom Becker');
    matching(request, task.version);
    if (body.values?.concerns === 'bad') throw new Problem(422, 'Some answers are wrong', { errors: [{ pointer: '#/values/concerns', detail: 'Said by the server.' }] });
    task.status = 'completed';
    return { id, case_id: task.case_id, status: 'completed', completed_at: iso(0), opened: tasks.filter((each) => each.status === 'open').slice(3, 5).map(without) };
  }],
  ['GET', /^\/cases$/, ({ search, session }) => {
    let found = cases;
    for (const name of ['status', 'phase', 'risk']) if (search.get(name)) found = found.filter((item) => item[name] === search.get(name));
    const sort = search.get('sort') ?? 'started_at';
    const field = sort.replace('-', '');
    found = [...found].sort((one, other) => String(one[field]).localeCompare(String(other[field])) * (sort.startsWith('-') ? -1 : 1));
    const start = Number(search.get('cursor') ?? 0);
    const items = found.slice(start, start + 25).map((item) => masked(item, session));
    return { items, next_cursor: start + 25 < found.length ? String(start + 25) : null };
  }],
  ['POST', /^\/cases$/, ({ body }) => { const made = { ...cases[0], id: `fff${'1'.repeat(32)}`, client: client(Number(body.client_id[1])), started_at: iso(0) }; cases.push(made); return [201, made]; }],
  ['POST', /^\/clients:search$/, ({ body }) => ({ items: names.map((_, n) => client(n)).filter((each) => each.name.toLowerCase().includes(body.query.toLowerCase())).map((each, n) => ({ ...each, case_id: n % 2 ? cases[n].id : null })) })],
  ['GET', /^\/cases\/(\w+)$/, ({ id, session }) => masked(need(cases.find((each) => each.id === id)), session)],
  ['GET', /^\/cases\/(\w+)\/timeline$/, ({ search }) => {
    const start = Number(search.get('cursor') ?? 0);
    const items = Array.from({ length: 12 }, (_, n) => ({ step: 60 - start - n, at: iso(-7 * (start + n)), kind: ['task_completed', 'task_opened', 'timer_fired', 'decision_made'][n % 4], element: 'screen_client', name: ['Screen the client', 'Assess the client', 'Reminder after 36 h', 'Risk category'][n % 4], phase: PHASES[n % 9], actor: n % 2 ? null : people[0], facts: n % 4 === 3 ? { risk_category: 'high', reasons: ['lace', 'admissions'] } : {} }));
    return { items, next_cursor: start > 30 ? null : String(start + 12) };
  }],
  ['GET', /^\/cases\/(\w+)\/diagram$/, ({ search }) => {
    const process = search.get('process') ?? main;
    const xml = need(models[process]);
    const [user, calls, events] = [idsIn(xml, 'userTask'), idsIn(xml, 'callActivity'), [...idsIn(xml, 'boundaryEvent'), ...idsIn(xml, 'intermediateCatchEvent')]];
    const here = calls[2] ?? user[1] ?? user[0];
    return { process, name: nameIn(xml, process), release, xml, processes: Object.keys(models).slice(0, 6).map((key) => ({ key, name: nameIn(models[key], key), active: key === main || key === 'p2_assessing' })),
      active: here ? [{ element: here, tokens: 1 }, ...(user[2] ? [{ element: user[2], tokens: 2 }] : [])] : [], done: [...idsIn(xml, 'startEvent'), ...calls.slice(0, 2), ...user.slice(0, 1)].map((element, n) => ({ element, visits: 1 + n })).concat(idsIn(xml, 'sequenceFlow').slice(0, 3).map((element) => ({ element, visits: 1 }))),
      timers: events.slice(0, 2).map((element, n) => ({ id: `t${n}`, element, due_at: iso(5 + 20 * n) })), tasks: here ? [{ id: tasks[0].id, element: here }] : [] };
  }],
  ['GET', /^\/timers$/, () => ({ items: [{ id: 't0', case_id: cases[0].id, element: 'next_contact', process: 'p6_following_up', due_at: iso(30), kind: 'date' }], next_cursor: null })],
  ['GET', /^\/board$/, ({ search }) => {
    const process = search.get('process') ?? main;
    const xml = need(models[process]);
    const elements = Object.fromEntries([...idsIn(xml, 'userTask'), ...idsIn(xml, 'callActivity'), ...idsIn(xml, 'startEvent')].map((id, n) => [id, { tokens: (n * 7) % 11, visits: 120 - n * 9 }]));
    return { process, release, xml, processes: Object.keys(models).map((key) => ({ key, name: nameIn(models[key], key) })), elements };
  }],
  ['GET', /^\/designs$/, () => ({ items: designs().map(({ source, ...item }) => item), next_cursor: null })],
  ['GET', /^\/designs\/([\w-]+)$/, ({ id, response }) => { const found = need(designs().find((each) => each.id === id)); response.setHeader('ETag', `"d${designDrafts.get(id)?.version ?? 0}"`); return { ...found, draft: found.has_draft }; }],
  ['PUT', /^\/designs\/([\w-]+)$/, ({ id, body, request, response }) => {
    const version = designDrafts.get(id)?.version ?? 0;
    matching(request, `d${version}`);
    designDrafts.set(id, { source: body.source, version: version + 1 });
    response.setHeader('ETag', `"d${version + 1}"`);
    return { ...designs().find((each) => each.id === id), draft: true };
  }],
  ['POST', /^\/designs\/([\w-]+):check$/, ({ id }) => {
    const { source, kind } = designs().find((each) => each.id === id);
    const [task] = kind === 'model' ? idsIn(source, 'userTask') : [];
    const problems = /BROKEN|no_such_form/.test(source) && task ? [{ file: `${id}.bpmn`, element: task, line: 12, rule: 'task-form', severity: 'error', message: 'Expected a form of this name, but there is none' }, { file: `${id}.bpmn`, element: null, line: 3, rule: 'no-label', severity: 'warning', message: 'A branch has no label' }] : [];
    return { ok: problems.length === 0, problems };
  }],
  ['POST', /^\/designs\/([\w-]+):deploy$/, ({ id }) => {
    const { source, kind, key } = designs().find((each) => each.id === id);
    if (source.includes('BROKEN')) throw new Problem(422, 'This release was rejected', { problems: [{ file: id, element: idsIn(source, 'userTask')[0], line: 1, rule: 'task-form', severity: 'error', message: 'Expected a form' }] });
    ({ model: models, decision: decisions, form: forms })[kind][key] = source;
    designDrafts.delete(id);
    return { release: ++release, deployed: [{ kind, key }] };
  }],
  ['DELETE', /^\/designs\/([\w-]+)$/, ({ id }) => { designDrafts.delete(id); return [204]; }],
];

const masked = (item, session) => (session.person.roles.includes('administrator') ? { ...item, client: null } : item);

async function api(request, response, url) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
  const path = url.pathname.slice('/api/v1'.length);
  const session = sessions.get(/ninefold_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1]) ?? null;
  try {
    const [, pattern, handle] = need(routes.find(([method, each]) => method === request.method && each.test(path)));
    if (!session && !path.startsWith('/sessions')) throw new Problem(401, 'Not signed in');
    if (session && request.method !== 'GET' && !path.startsWith('/sessions') && request.headers['x-csrf-token'] !== session.csrf_token) throw new Problem(403, 'CSRF token missing');
    const [, id, verb] = pattern.exec(path);
    const answer = handle({ id, verb, body, request, response, session, search: url.searchParams });
    const [status, data] = Array.isArray(answer) ? answer : [200, answer];
    if (request.headers['if-none-match'] && request.headers['if-none-match'] === response.getHeader('ETag')) return response.writeHead(304).end();
    response.setHeader('Cache-Control', 'no-store');
    if (data === undefined) return response.writeHead(status).end();
    return response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(data));
  } catch (error) {
    if (!(error instanceof Problem)) console.error(error);
    const status = error.status ?? 500;
    return response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ type: '/problems/x', title: error.message, status, detail: error.message, ...error.more }));
  }
}

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.woff': 'font/woff', '.ttf': 'font/ttf' };
createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  if (url.pathname.startsWith('/api/')) return void api(request, response, url);
  const file = join(STATIC, url.pathname);
  const found = extname(file) && existsSync(file) ? file : join(STATIC, 'index.html');
  response.writeHead(200, { 'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP });
  return response.end(readFileSync(found));
}).listen(PORT, '127.0.0.1', () => console.log(`mock API and built pages on http://127.0.0.1:${PORT}`));
