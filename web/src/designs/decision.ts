// Reads DMN for display. The server decides what it means.

export interface Table {
  id: string;
  name: string;
  policy: string;
  text: string | null; // a literal expression instead of a table
  inputs: string[];
  outputs: string[];
  rules: { inputs: string[]; outputs: string[]; note: string }[];
}

const children = (parent: Element | null | undefined, name: string): Element[] => [...(parent?.children ?? [])].filter((child) => child.localName === name);
const textOf = (parent: Element | undefined, name = 'text'): string => children(parent, name)[0]?.textContent?.trim() ?? '';

export function tablesOf(xml: string): Table[] {
  const root = new DOMParser().parseFromString(xml, 'application/xml').documentElement;
  return children(root, 'decision').map((decision) => {
    const [table] = children(decision, 'decisionTable');
    const [literal] = children(decision, 'literalExpression');
    const policy = [table?.getAttribute('hitPolicy') ?? 'UNIQUE', table?.getAttribute('aggregation')].filter(Boolean).join(' ').toLowerCase();
    return {
      id: decision.getAttribute('id') ?? '',
      name: decision.getAttribute('name') ?? decision.getAttribute('id') ?? 'Decision',
      policy: table ? policy : 'expression',
      text: table ? null : textOf(literal),
      inputs: children(table, 'input').map((input) => input.getAttribute('label') || textOf(children(input, 'inputExpression')[0])),
      outputs: children(table, 'output').map((output) => output.getAttribute('label') || output.getAttribute('name') || 'result'),
      rules: children(table, 'rule').map((rule) => ({
        inputs: children(rule, 'inputEntry').map((entry) => textOf(entry)),
        outputs: children(rule, 'outputEntry').map((entry) => textOf(entry)),
        note: textOf(rule, 'description') || children(rule, 'annotationEntry').map((entry) => textOf(entry)).filter(Boolean).join('; '),
      })),
    };
  });
}
