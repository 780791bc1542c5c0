// A diagram as a list in flow order: what screen readers, keyboards and phones use instead of the picture.

export interface OutlineNode { id: string; name: string; kind: string; depth: number }

/** The part of bpmn-moddle's objects that is read here. */
export interface ModdleNode {
  $type: string;
  $instanceOf: (type: string) => boolean;
  id: string;
  name?: string;
  triggeredByEvent?: boolean;
  flowElements?: ModdleNode[];
  incoming?: ModdleNode[];
  outgoing?: { targetRef?: ModdleNode }[];
  attachedToRef?: ModdleNode;
  eventDefinitions?: { $type: string }[];
  rootElements?: ModdleNode[];
}

export function kindOf(node: ModdleNode): string {
  const event = node.eventDefinitions?.[0]?.$type.replace(/^bpmn:(\w+)EventDefinition$/, '$1 ') ?? '';
  const type = node.triggeredByEvent ? 'EventSubprocess' : node.$type.replace('bpmn:', '').replace('SubProcess', 'Subprocess');
  const text = event + type.replace(/([a-z])([A-Z])/g, '$1 $2');
  return text.charAt(0) + text.slice(1).toLowerCase();
}

export function outline(definitions: ModdleNode): OutlineNode[] {
  const found: OutlineNode[] = [];
  for (const root of definitions.rootElements ?? []) if (root.$type === 'bpmn:Process') walk(root, 0, found);
  return found;
}

/** Depth first from the start; what hangs on a boundary follows the main path, event sub-processes come last. */
function walk(container: ModdleNode, depth: number, found: OutlineNode[]): void {
  const nodes = (container.flowElements ?? []).filter((node) => node.$instanceOf('bpmn:FlowNode'));
  const seen = new Set<ModdleNode>();
  let aside: ModdleNode[] = [];
  const add = (node: ModdleNode): void => {
    seen.add(node);
    const kind = kindOf(node);
    found.push({ id: node.id, name: node.name?.replace(/\s+/g, ' ').trim() || kind, kind, depth });
    if (node.flowElements) walk(node, depth + 1, found);
  };
  const visit = (node: ModdleNode): void => {
    if (seen.has(node)) return;
    add(node);
    for (const event of nodes.filter((other) => other.attachedToRef === node)) {
      add(event);
      aside.push(event);
    }
    for (const flow of node.outgoing ?? []) if (flow.targetRef) visit(flow.targetRef);
  };
  const visitAside = (): void => {
    while (aside.length) {
      const events = aside;
      aside = [];
      for (const event of events) for (const flow of event.outgoing ?? []) if (flow.targetRef) visit(flow.targetRef);
    }
  };
  const starts = nodes.filter((node) => !node.attachedToRef && !node.triggeredByEvent && !node.incoming?.length);
  starts.forEach(visit);
  visitAside();
  nodes.filter((node) => !node.triggeredByEvent).forEach(visit);
  visitAside();
  nodes.filter((node) => node.triggeredByEvent).forEach(visit);
}
