// A diagram to read: tokens, visits, timers and heat on it, and the same as a list beside it. Selection goes both ways.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { count } from '../words';
import { outline, type ModdleNode, type OutlineNode } from './outline';
import { COLOURS, fit, hosts, reveal, useDiagram, zoomBy, type Canvas, type Overlays, type Registry } from './useDiagram';

export interface Mark { tokens?: number; visits?: number; timer?: string }
export type Marks = Record<string, Mark>;

const create = (container: HTMLElement): NavigatedViewer => new NavigatedViewer({ container, ...COLOURS });

export default function DiagramView({ xml, name, marks, heat = false, beside }: {
  xml: string; name: string; marks: Marks; heat?: boolean; beside: (nodes: OutlineNode[], selected: string | null, select: (id: string) => void) => ReactNode;
}): ReactNode {
  const { box, viewer, error } = useDiagram(create, xml);
  const [selected, setSelected] = useState<string | null>(null);
  const nodes = useMemo(() => (viewer ? outline(viewer.getDefinitions() as unknown as ModdleNode) : []), [viewer]);
  const text = JSON.stringify(marks); // polls bring new objects with the same content
  useEffect(() => (viewer ? paint(viewer, JSON.parse(text) as Marks, heat) : undefined), [viewer, text, heat]);
  useEffect(() => {
    if (!viewer) return undefined;
    const click = ({ element }: { element: { id: string } }): void => setSelected(element.id.replace(/_label$/, ''));
    viewer.on('element.click', click);
    return () => viewer.off('element.click', click);
  }, [viewer]);
  const select = (id: string): void => {
    setSelected(id);
    if (viewer) reveal(viewer, id);
  };
  return (
    <div className="diagram-with-list">
      <div className="diagram-frame">
        <div className="diagram-tools" role="group" aria-label="View">
          <button className="small" onClick={() => viewer && zoomBy(viewer, 1.25)} aria-label="Zoom in">+</button>
          <button className="small" onClick={() => viewer && zoomBy(viewer, 0.8)} aria-label="Zoom out">−</button>
          <button className="small" onClick={() => viewer && fit(viewer)}>Fit</button>
        </div>
        <div className="canvas" ref={box} role="group" aria-label={`Diagram of ${name}. The list beside it has the same content.`} />
        {error && <p className="failure" role="alert">This diagram cannot be drawn: {error}</p>}
      </div>
      <div className="beside">{beside(nodes, selected, select)}</div>
    </div>
  );
}

/** Puts marks on the canvas; returns what takes them off again. */
function paint(viewer: NavigatedViewer, marks: Marks, heat: boolean): () => void {
  const [canvas, overlays, registry] = [viewer.get<Canvas>('canvas'), viewer.get<Overlays>('overlays'), viewer.get<Registry>('elementRegistry')];
  const shown: Marks = {};
  for (const [id, mark] of Object.entries(marks)) {
    const element = registry.get(id);
    if (!element || element.children?.length) continue; // around others: what is inside says it all
    shown[id] = { ...shown[id], ...mark };
    for (const host of hosts(viewer, id)) shown[host] = { ...shown[host], tokens: (shown[host]?.tokens ?? 0) + (mark.tokens ?? 0) };
  }
  const attachedTo = (id: string): boolean => registry.get(id)?.businessObject.attachedToRef !== undefined;
  const most = Math.max(1, ...Object.entries(shown).map(([id, mark]) => (attachedTo(id) ? 0 : (mark.tokens ?? 0))));
  const classes = Object.entries(shown).flatMap(([id, { tokens, visits }]) =>
    [visits ? 'done' : '', tokens && !(heat && attachedTo(id)) ? (heat ? `heat-${Math.ceil((4 * tokens) / most)}` : 'active') : ''].filter(Boolean).map((name) => [id, name] as const));
  classes.forEach(([id, name]) => canvas.addMarker(id, name));
  for (const [id, mark] of Object.entries(shown)) {
    const element = registry.get(id);
    const attached = attachedTo(id);
    if (element?.x === undefined || (heat && attached)) continue; // flows carry a colour; what only listens is in the table
    if (mark.tokens) badge(overlays, id, { top: 0, right: 0 }, 'tokens', String(mark.tokens), count(mark.tokens, 'token'));
    if (mark.timer) badge(overlays, id, attached ? { top: 18, left: 0 } : { top: -4, left: 18 }, attached ? 'timer aside' : 'timer', `◷ ${mark.timer}`, `Timer, due ${mark.timer}`);
    if (mark.visits !== undefined && mark.visits > 1) badge(overlays, id, { top: 0, left: 0 }, 'visits', `${mark.visits}×`, count(mark.visits, 'visit'));
  }
  return () => {
    classes.forEach(([id, name]) => registry.get(id) && canvas.removeMarker(id, name));
    overlays.remove({ type: 'mark' });
  };
}

function badge(overlays: Overlays, id: string, position: object, kind: string, text: string, title: string): void {
  const html = document.createElement('span');
  html.className = `badge ${kind}`;
  html.textContent = text;
  html.title = title;
  html.setAttribute('role', 'img');
  html.setAttribute('aria-label', title);
  overlays.add(id, 'mark', { position, html, scale: { min: kind === 'visits' ? 0.55 : 0.7, max: 1.1 } });
}
