// The elements of a diagram in flow order, with their state in words. Arrow keys move, Enter shows the element on the canvas.
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import type { OutlineNode } from './outline';

export function Outline({ nodes, selected, select, state, label }: {
  nodes: OutlineNode[]; selected: string | null; select: (id: string) => void; state: (id: string) => { text: string; kind: string } | null; label: string;
}): ReactNode {
  const [focus, setFocus] = useState(0);
  const stop = nodes.findIndex((node) => node.id === selected);
  const tabStop = stop >= 0 ? stop : Math.min(focus, nodes.length - 1);
  const move = (event: KeyboardEvent<HTMLOListElement>): void => {
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const place = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(next, buttons.length - 1))]?.focus();
  };
  return (
    <ol className="outline" aria-label={label} onKeyDown={move}>
      {nodes.map((node, index) => {
        const told = state(node.id);
        return (
          <li key={node.id} className={`depth-${Math.min(node.depth, 3)}`}>
            <button tabIndex={index === tabStop ? 0 : -1} aria-current={node.id === selected ? 'true' : undefined} onFocus={() => setFocus(index)} onClick={() => select(node.id)}>
              <span className="name">{node.name}</span>
              {node.name !== node.kind && <span className="kind">{node.kind}</span>}
              {told && <span className={`state ${told.kind}`}>{told.text}</span>}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
