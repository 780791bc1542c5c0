// A failed request or a crashed page, told with what to do next.
import { Component, type ReactNode } from 'react';
import { ProblemError } from '../api/client';

export function explain(error: unknown): string {
  if (error instanceof ProblemError) {
    if (error.status === 503) return `${error.message}. Ninefold is starting or its database is away; this page tries again.`;
    if (error.status === 404) return 'This does not exist, or you have no right to see it.';
    if (error.status === 412) return 'Somebody changed this meanwhile. Reload to see the current state.';
    return error.errors.length ? `${error.message} ${error.errors.map((each) => each.detail).join(' ')}` : error.message;
  }
  if (error instanceof TypeError) return 'Ninefold cannot be reached. Check the connection; nothing typed here is lost.';
  return error instanceof Error ? error.message : String(error);
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }): ReactNode {
  return (
    <div className="failure" role="alert">
      <p>{explain(error)}</p>
      {retry && <button onClick={retry}>Try again</button>}
    </div>
  );
}

/** Keeps a crash inside the page: the header and its navigation stay usable. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null };
  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }
  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <div className="narrow"><h1>This page failed</h1><Failure error={this.state.error} retry={() => location.reload()} /></div>;
  }
}
