// What can be designed: models, decisions and forms, as deployed and as drafts.
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useNow, useRead } from '../api/queries';
import type { DesignItem, Page } from '../api/types';
import { Failure } from '../shell/Failure';
import { useTitle } from '../shell/title';
import { ago, count, moment } from '../words';

const KINDS = [['model', 'Models', 'Diagrams the cases follow'], ['decision', 'Decisions', 'Tables the models ask'], ['form', 'Forms', 'What people fill in']] as const;

export default function DesignsPage(): ReactNode {
  useTitle('Models');
  const now = useNow();
  const designs = useRead<Page<DesignItem>>('/designs', 30);
  const items = designs.data?.items ?? [];
  return (
    <div className="page">
      <div className="page-head"><h1>Models, decisions and forms</h1></div>
      {designs.isError && <Failure error={designs.error} retry={() => void designs.refetch()} />}
      {designs.isPending && <p className="center" aria-busy="true">Loading…</p>}
      {designs.data && KINDS.map(([kind, name, hint]) => {
        const group = items.filter((item) => item.kind === kind).sort((one, other) => order(one).localeCompare(order(other)));
        return (
          <section key={kind} aria-labelledby={`kind-${kind}`}>
            <h2 id={`kind-${kind}`}>{name} <span className="muted">{count(group.length, 'file')} · {hint}</span></h2>
            {group.length > 0 && (
              <table className="list designs">
                <thead><tr><th scope="col">Title</th><th scope="col">Key</th><th scope="col">State</th><th scope="col">Changed</th></tr></thead>
                <tbody>
                  {group.map((item) => (
                    <tr key={item.id}>
                      <td><Link to={`/models/${item.id}`}>{item.title}</Link></td>
                      <td><code>{item.key}</code></td>
                      <td>{item.has_draft ? <span className="tag warn">Draft</span> : <span className="tag">Deployed</span>}</td>
                      <td title={moment(item.updated_at)}>{item.updated_at ? ago(item.updated_at, now) : ''}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </section>
        );
      })}
    </div>
  );
}

/** The lifecycle first, then the phases by number, then the rest. */
const order = ({ key }: DesignItem): string => (key === 'case_lifecycle' ? '0' : /^p\d/.test(key) ? `1${key}` : `2${key}`);
