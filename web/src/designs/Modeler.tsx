// The modeler: a deployed diagram opened for change, checked by the server, its problems on the canvas, deployed.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '../diagram/diagram.css';
import BpmnModeler from 'bpmn-js/lib/Modeler';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useRead } from '../api/queries';
import type { DesignItem, Page, Problem } from '../api/types';
import { Outline } from '../diagram/Outline';
import { outline, type ModdleNode } from '../diagram/outline';
import { COLOURS, fit, reveal, useDiagram, zoomBy, type Canvas, type DiagramElement, type Overlays, type Registry } from '../diagram/useDiagram';
import { Failure } from '../shell/Failure';
import { useTitle } from '../shell/title';
import { Actions, Problems } from './Actions';
import { DESCRIPTOR } from './ninefold';
import { Panel } from './Panel';
import { useDesign } from './useDesign';

interface Stack { undo: () => void; redo: () => void; canUndo: () => boolean; canRedo: () => boolean }

const PALETTE = 116; // pixels it covers on the left
const create = (container: HTMLElement): BpmnModeler => new BpmnModeler({ container, ...COLOURS, moddleExtensions: { ninefold: DESCRIPTOR } });

export default function Modeler({ id }: { id: string }): ReactNode {
  const now = useRef<BpmnModeler>(null);
  const opened = useDesign(id, async () => (await now.current?.saveXML({ format: true }))?.xml ?? '');
  const designs = useRead<Page<DesignItem>>('/designs');
  const { box, viewer: modeler, error } = useDiagram(create, opened.design?.source, PALETTE);
  now.current = modeler;
  const [selected, setSelected] = useState<DiagramElement | null>(null);
  const [changes, setChanges] = useState(0);
  useTitle(opened.design?.title ?? 'Model');

  const { touch } = opened;
  const touched = useRef(touch);
  touched.current = touch;
  useEffect(() => {
    if (!modeler) return undefined;
    const choose = ({ newSelection }: { newSelection: DiagramElement[] }): void => setSelected(newSelection.length === 1 ? (newSelection[0] ?? null) : null);
    const change = (): void => {
      setChanges((count) => count + 1);
      touched.current();
    };
    modeler.on('selection.changed', choose);
    modeler.on('commandStack.changed', change);
    return () => {
      setSelected(null);
      modeler.off('selection.changed', choose);
      modeler.off('commandStack.changed', change);
    };
  }, [modeler]);
  useEffect(() => (modeler && opened.problems ? mark(modeler, opened.problems) : undefined), [modeler, opened.problems]);
  const nodes = useMemo(() => (modeler ? outline(modeler.getDefinitions() as unknown as ModdleNode) : []), [modeler, changes]);
  const stack = modeler?.get<Stack>('commandStack');
  const root = modeler?.get<Canvas>('canvas').getRootElement();
  const shown = selected ?? root;
  const faulty = (element: string): { text: string; kind: string } | null => {
    const count = opened.problems?.filter((problem) => problem.element === element).length;
    return count ? { text: count === 1 ? '1 problem' : `${count} problems`, kind: 'bad' } : null;
  };

  if (!opened.design) return opened.failure === null ? <p className="center" aria-busy="true">Loading the model…</p> : <><h1>Model</h1><Failure error={opened.failure} /></>;
  return (
    <>
      <Actions opened={opened} editable />
      <Problems opened={opened} select={(element) => modeler && reveal(modeler, element)} />
      <div className="diagram-with-list modeling">
        <div className="diagram-frame">
          <div className="diagram-tools" role="group" aria-label="View and undo">
            <button className="small" disabled={!stack?.canUndo()} onClick={() => stack?.undo()}>Undo</button>
            <button className="small" disabled={!stack?.canRedo()} onClick={() => stack?.redo()}>Redo</button>
            <button className="small" onClick={() => modeler && zoomBy(modeler, 1.25)} aria-label="Zoom in">+</button>
            <button className="small" onClick={() => modeler && zoomBy(modeler, 0.8)} aria-label="Zoom out">−</button>
            <button className="small" onClick={() => modeler && fit(modeler, PALETTE)}>Fit</button>
          </div>
          <div className="canvas" ref={box} role="group" aria-label={`Diagram of ${opened.design.title}. The list beside it has the same elements.`} />
          {error && <p className="failure" role="alert">This diagram cannot be drawn: {error}</p>}
        </div>
        <div className="beside">
          {modeler && shown && <Panel modeler={modeler} element={shown} designs={designs.data?.items ?? []} />}
          <h2>Elements in order</h2>
          <Outline label="Elements in order" nodes={nodes} selected={selected?.id ?? null} select={(element) => modeler && reveal(modeler, element)} state={faulty} />
        </div>
      </div>
    </>
  );
}

/** Problems on their elements; returns what takes them off again. */
function mark(modeler: BpmnModeler, problems: Problem[]): () => void {
  const [canvas, overlays, registry] = [modeler.get<Canvas>('canvas'), modeler.get<Overlays>('overlays'), modeler.get<Registry>('elementRegistry')];
  const byElement = Map.groupBy(problems.filter((problem) => problem.element && registry.get(problem.element)), (problem) => problem.element as string);
  for (const [element, found] of byElement) {
    canvas.addMarker(element, 'problem');
    const html = document.createElement('span');
    html.className = 'badge problem';
    html.textContent = '!';
    html.title = found.map((problem) => problem.message).join('\n');
    html.setAttribute('role', 'img');
    html.setAttribute('aria-label', html.title);
    overlays.add(element, 'problem', { position: { top: 0, right: 0 }, html });
  }
  return () => {
    for (const element of byElement.keys()) if (registry.get(element)) canvas.removeMarker(element, 'problem');
    overlays.remove({ type: 'problem' });
  };
}
