// All cases at once: counts per element on the diagram, and the same counts in a table beside it.
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { query } from '../api/client';
import { useRead } from '../api/queries';
import type { Board } from '../api/types';
import type { Marks } from '../diagram/DiagramView';
import type { OutlineNode } from '../diagram/outline';
import { Failure } from '../shell/Failure';
import { useTitle } from '../shell/title';
import { word } from '../words';

const DiagramView = lazy(() => import('../diagram/DiagramView'));

export default function BoardPage(): ReactNode {
  useTitle('Board');
  const [search, setSearch] = useSearchParams();
  const board = useRead<Board>(`/board${query({ process: search.get('process') })}`, 10);
  if (!board.data) return board.isError ? <div className="narrow"><h1>Board</h1><Failure error={board.error} retry={() => void board.refetch()} /></div> : <p className="center" aria-busy="true">Loading the board…</p>;
  const { process, processes, elements, xml, release } = board.data;
  const name = processes.find((each) => each.key === process)?.name || word(process);
  const marks: Marks = Object.fromEntries(Object.entries(elements).map(([id, { tokens }]) => [id, { tokens }]));
  return (
    <div className="page wide">
      <div className="page-head">
        <h1>Board</h1>
        <p className="muted">{name} · release {release}</p>
        <label>
          <span className="visually-hidden">Diagram</span>
          <select value={process} onChange={(event) => setSearch({ process: event.target.value }, { replace: true })}>
            {processes.map((each) => <option key={each.key} value={each.key}>{each.name || word(each.key)}</option>)}
          </select>
        </label>
      </div>
      <Suspense fallback={<p className="center" aria-busy="true">Loading the viewer…</p>}>
        <DiagramView xml={xml} name={name} marks={marks} heat
          beside={(nodes, selected, select) => <Counts nodes={nodes} elements={elements} selected={selected} select={select} />} />
      </Suspense>
    </div>
  );
}

function Counts({ nodes, elements, selected, select }: {
  nodes: OutlineNode[]; elements: Board['elements']; selected: string | null; select: (id: string) => void;
}): ReactNode {
  const [order, setOrder] = useState<'flow' | 'tokens' | 'visits'>('flow');
  const rows = nodes.map((node) => ({ node, tokens: 0, visits: 0, ...elements[node.id] }));
  if (order !== 'flow') rows.sort((one, other) => other[order] - one[order]);
  const heading = (key: 'flow' | 'tokens' | 'visits', name: string): ReactNode => (
    <th scope="col" className={key === 'flow' ? '' : 'figure'} aria-sort={order === key ? (key === 'flow' ? 'ascending' : 'descending') : 'none'}>
      <button className="sort" onClick={() => setOrder(key)}>{name}<span aria-hidden="true">{order === key ? ' ↓' : ''}</span></button>
    </th>
  );
  return (
    <table className="list counts">
      <caption className="visually-hidden">Counts per element</caption>
      <thead><tr>{heading('flow', 'Element')}{heading('tokens', 'Now')}{heading('visits', 'Visits')}</tr></thead>
      <tbody>
        {rows.map(({ node, tokens, visits }) => (
          <tr key={node.id} className={node.id === selected ? 'selected' : ''}>
            <td className={`depth-${Math.min(node.depth, 3)}`}><button className="link" aria-current={node.id === selected ? 'true' : undefined} onClick={() => select(node.id)}>{node.name}</button></td>
            <td className="figure">{tokens || <span className="muted">0</span>}</td>
            <td className="figure">{visits || <span className="muted">0</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
