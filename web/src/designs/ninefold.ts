// Our own attributes on BPMN elements, for bpmn-moddle and for the panel.

export const NAMESPACE = 'https://ninefold.example/schema/bpmn/1.0';

const attributes = (names: string[]): object[] => names.map((name) => ({ name, isAttr: true, type: 'String' }));
const extend = (name: string, base: string, names: string[]): object => ({ name, extends: [base], properties: attributes(names) });

export const DESCRIPTOR = {
  name: 'Ninefold', uri: NAMESPACE, prefix: 'ninefold', xml: { tagAlias: 'lowerCase' },
  types: [
    extend('UserTask', 'bpmn:UserTask', ['form', 'group', 'due', 'dueBusinessDays', 'dueFrom', 'priority', 'mayAssess']),
    extend('BusinessRuleTask', 'bpmn:BusinessRuleTask', ['decision', 'result', 'fact']),
    extend('ScriptTask', 'bpmn:ScriptTask', ['result']),
    extend('ServiceTask', 'bpmn:ServiceTask', ['operation', 'parameters']),
    extend('CallActivity', 'bpmn:CallActivity', ['stage']),
    extend('Process', 'bpmn:Process', ['grade', 'outcome']),
    extend('Event', 'bpmn:Event', ['correlation']),
    extend('ReceiveTask', 'bpmn:ReceiveTask', ['correlation']),
  ],
};

export interface PanelField { property: string; label: string; hint?: string; lines?: number; options?: 'form' | 'decision' }

const FEEL = 'FEEL: = …';
const FIELDS: [string, PanelField[]][] = [
  ['bpmn:UserTask', [
    { property: 'ninefold:form', label: 'Form', options: 'form' },
    { property: 'ninefold:group', label: 'Group that may claim it' },
    { property: 'ninefold:due', label: 'Due', hint: 'P1D, or FEEL: = …' },
    { property: 'ninefold:dueBusinessDays', label: 'Due in business days' },
    { property: 'ninefold:dueFrom', label: 'Counted from', hint: FEEL },
    { property: 'ninefold:priority', label: 'Priority', hint: '1 to 100, higher is more urgent' },
    { property: 'ninefold:mayAssess', label: 'Needs the right to assess', hint: 'true' },
  ]],
  ['bpmn:BusinessRuleTask', [
    { property: 'ninefold:decision', label: 'Decision', options: 'decision' },
    { property: 'ninefold:result', label: 'Result goes to' },
    { property: 'ninefold:fact', label: 'Case fact of the result' },
  ]],
  ['bpmn:ScriptTask', [{ property: 'script', label: 'FEEL context', lines: 4 }, { property: 'ninefold:result', label: 'Result goes to' }]],
  ['bpmn:ServiceTask', [{ property: 'ninefold:operation', label: 'Operation' }, { property: 'ninefold:parameters', label: 'Parameters', hint: FEEL, lines: 3 }]],
  ['bpmn:CallActivity', [{ property: 'calledElement', label: 'Called process' }, { property: 'ninefold:stage', label: 'Phase' }]],
  ['bpmn:Process', [{ property: 'ninefold:grade', label: 'Case fact shown as risk' }, { property: 'ninefold:outcome', label: 'Case fact naming the ending' }]],
  ['bpmn:CatchEvent', [{ property: 'ninefold:correlation', label: 'Correlation', hint: FEEL }]],
  ['bpmn:ReceiveTask', [{ property: 'ninefold:correlation', label: 'Correlation', hint: FEEL }]],
];

export const fieldsOf = (isA: (type: string) => boolean): PanelField[] => FIELDS.filter(([type]) => isA(type)).flatMap(([, fields]) => fields);
