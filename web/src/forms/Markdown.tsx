// The little Markdown that texts in forms and models use, as React elements: never as HTML.
import type { ReactNode } from 'react';

function inline(text: string): ReactNode[] {
  return text.split(/(\*\*.+?\*\*|\*.+?\*|`.+?`|\[.+?\]\(https?:.+?\))/g).map((part, index) => {
    const link = /^\[(.+?)\]\((https?:.+?)\)$/.exec(part);
    if (link) return <a key={index} href={link[2]} target="_blank" rel="noreferrer">{link[1]}</a>;
    if (/^\*\*.+\*\*$/.test(part)) return <strong key={index}>{part.slice(2, -2)}</strong>;
    if (/^\*.+\*$/.test(part)) return <em key={index}>{part.slice(1, -1)}</em>;
    if (/^`.+`$/.test(part)) return <code key={index}>{part.slice(1, -1)}</code>;
    return part;
  });
}

/** `level` is that of its headings: one below what it stands under. */
export function Markdown({ text, level = 3 }: { text: string; level?: number }): ReactNode {
  const Heading = `h${Math.min(level, 6)}` as 'h3';
  const blocks: ReactNode[] = [];
  let items: string[] = [];
  const close = (): void => {
    if (items.length) blocks.push(<ul key={blocks.length}>{items.map((item, index) => <li key={index}>{inline(item)}</li>)}</ul>);
    items = [];
  };
  for (const block of text.split(/\n\s*\n/)) {
    const lines = block.split('\n').map((line) => line.trim()).filter(Boolean);
    let words: string[] = [];
    const say = (): void => {
      if (words.length) blocks.push(<p key={blocks.length}>{inline(words.join(' '))}</p>);
      words = [];
    };
    for (const line of lines) {
      const [heading, item] = [/^#+\s+(.+)$/.exec(line), /^(?:[-*]|\d+[.)])\s+(.+)$/.exec(line)];
      if (heading?.[1] || item?.[1]) say();
      if (item?.[1]) items.push(item[1]);
      else close();
      if (heading?.[1]) blocks.push(<Heading key={blocks.length}>{inline(heading[1])}</Heading>);
      else if (!item) words.push(line);
    }
    say();
    close();
  }
  return <div className="prose">{blocks}</div>;
}
