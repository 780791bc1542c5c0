// A bpmn.io instance as long as its component lives, and the few calls every page makes on it.
import type BaseViewer from 'bpmn-js/lib/BaseViewer';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { ModdleNode } from './outline';

export interface DiagramElement { id: string; type: string; parent?: DiagramElement; x?: number; children?: unknown[]; businessObject: ModdleNode; labelTarget?: unknown }
interface Area { x: number; y: number; width: number; height: number }
export interface Canvas {
  zoom(level: number, center?: 'auto'): number;
  zoom(): number;
  viewbox(): { inner: Area; outer: Area };
  viewbox(area: Area): void;
  addMarker(element: string, marker: string): void;
  removeMarker(element: string, marker: string): void;
  findRoot(element: string): DiagramElement | undefined;
  getRootElement(): DiagramElement;
  setRootElement(root: DiagramElement): void;
  scrollToElement(element: string): void;
}
export interface Registry { get(id: string): DiagramElement | undefined }
export interface Overlays { add(element: string, type: string, overlay: object): string; remove(filter: object): void }
export interface Selection { select(element: DiagramElement | null): void; get(): DiagramElement[] }
interface ZoomScroll { toggle(on: boolean): void }

const MARGIN = 24;

/** Colours as tokens, so that a diagram follows light and dark. */
export const COLOURS = {
  bpmnRenderer: { defaultFillColor: 'var(--paper)', defaultStrokeColor: 'var(--stroke)', defaultLabelColor: 'var(--ink)' },
  textRenderer: { defaultStyle: { fontFamily: 'Inter, system-ui, sans-serif' }, externalStyle: { fontFamily: 'Inter, system-ui, sans-serif' } },
};

export interface Diagram<T> { box: RefObject<HTMLDivElement | null>; viewer: T | null; error: string }

/** `viewer` is null until `xml` is drawn. */
export function useDiagram<T extends BaseViewer>(create: (container: HTMLElement) => T, xml: string | undefined, left = 0): Diagram<T> {
  const box = useRef<HTMLDivElement>(null);
  const [viewer, setViewer] = useState<T | null>(null);
  const [error, setError] = useState('');
  useEffect(() => {
    const container = box.current;
    if (!container || xml === undefined) return undefined;
    const made = create(container);
    let alive = true;
    made.importXML(xml).then(
      () => {
        if (!alive) return;
        wheelOnlyInside(made, container);
        fit(made, left);
        setError('');
        setViewer(made);
      },
      (failure: unknown) => alive && setError(failure instanceof Error ? failure.message : String(failure)),
    );
    return () => {
      alive = false;
      setViewer(null);
      made.destroy();
    };
  }, [create, xml, left]);
  return { box, viewer, error };
}

/** The wheel scrolls the page until somebody clicks into the diagram. */
function wheelOnlyInside(viewer: BaseViewer, container: HTMLElement): void {
  const zoom = viewer.get<ZoomScroll>('zoomScroll', false);
  zoom?.toggle(false);
  container.addEventListener('focusin', () => zoom?.toggle(true));
  container.addEventListener('focusout', () => zoom?.toggle(false));
}

/** Fits and centres the drawing, right of what covers the canvas on the left (zoom('fit-viewport') slides it under the palette). */
export function fit(viewer: BaseViewer, left = 0): void {
  const canvas = viewer.get<Canvas>('canvas');
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const scale = Math.min((outer.width - left - 2 * MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height, 1.2);
  const aside = left + (outer.width - left - inner.width * scale) / 2;
  const above = (outer.height - inner.height * scale) / 2;
  canvas.viewbox({ x: inner.x - aside / scale, y: inner.y - above / scale, width: outer.width / scale, height: outer.height / scale });
}

export function zoomBy(viewer: BaseViewer, factor: number): void {
  const canvas = viewer.get<Canvas>('canvas');
  canvas.zoom(Math.max(0.1, Math.min(4, canvas.zoom() * factor)), 'auto');
}

/** Selects an element, opens the plane it lies on and brings it into view. */
export function reveal(viewer: BaseViewer, id: string | null): void {
  const element = id === null ? null : (viewer.get<Registry>('elementRegistry').get(id) ?? null);
  const canvas = viewer.get<Canvas>('canvas');
  const root = element && canvas.findRoot(element.id);
  if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
  viewer.get<Selection>('selection').select(element);
  if (element) canvas.scrollToElement(element.id);
}

/** The collapsed shapes around an element, innermost first: they stand for it on the planes above. */
export function hosts(viewer: BaseViewer, id: string): string[] {
  const canvas = viewer.get<Canvas>('canvas');
  const around: string[] = [];
  for (let root = canvas.findRoot(id); root?.id.endsWith('_plane'); root = canvas.findRoot(around.at(-1) as string)) {
    around.push(root.id.slice(0, -'_plane'.length));
  }
  return around;
}
