// Keys, times and numbers as people read them.

/** `post_transition` -> `Post transition`, `TaskCompleted` -> `Task completed`. */
export const word = (key: string | null | undefined): string => {
  if (!key) return '';
  const text = key.replaceAll('_', ' ').replace(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const MOMENT = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const UNITS: [string, number][] = [['y', 365 * 864e5], ['mo', 30 * 864e5], ['d', 864e5], ['h', 36e5], ['min', 6e4]];

const OTHER_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

export function moment(iso: string | null | undefined): string {
  if (!iso) return '';
  const date = new Date(iso);
  return (date.getFullYear() === new Date().getFullYear() ? MOMENT : OTHER_YEAR).format(date);
}

export const day = (iso: string | null | undefined): string => (iso ? DATE.format(new Date(iso)) : '');
export const hour = (time: number | string): string => CLOCK.format(new Date(time));

/** `3 h`, `2 d`: the one largest unit (two units under a day would only flicker). */
export function span(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  const [unit, length] = UNITS.find(([, each]) => size >= each) ?? ['min', 6e4];
  return `${Math.floor(size / length)} ${unit}`;
}

const MINUTE = 6e4;

export function ago(iso: string, now: number): string {
  const past = now - Date.parse(iso);
  return past < MINUTE ? 'just now' : `${span(past)} ago`;
}

export function due(iso: string, now: number): string {
  const left = Date.parse(iso) - now;
  return left < 0 ? `${span(left)} late` : `in ${span(left + MINUTE)}`; // what was set a moment ago for a day is due in a day
}

export function age(birth: string | null, now: number): string {
  if (!birth) return '';
  const [born, today] = [new Date(birth), new Date(now)];
  const before = today.getMonth() < born.getMonth() || (today.getMonth() === born.getMonth() && today.getDate() < born.getDate());
  return `${today.getFullYear() - born.getFullYear() - (before ? 1 : 0)} y`;
}

export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

export const PHASES = [
  'screening', 'assessing', 'stratifying', 'planning', 'implementing', 'following_up', 'transitioning', 'post_transition', 'evaluating',
];
export const RISKS = ['very_high', 'high', 'moderate', 'low', 'unknown'];
