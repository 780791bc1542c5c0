// What the API sends and takes. Written by hand until openapi-typescript generates it from /api/v1/openapi.json.
import type { FormDefinition, Values } from '../forms/types';

export type Role =
  | 'intake' | 'case_manager' | 'clinician' | 'external' | 'supervisor' | 'quality'
  | 'privacy' | 'designer' | 'administrator' | 'auditor' | 'service';

export interface Person {
  id: string;
  name: string;
  roles: Role[];
  groups: string[];
  unit: string | null;
  may_assess: boolean;
}

export interface Session { person: Person; csrf_token: string; expires_at: string; profile: string }

export interface Page<T> { items: T[]; next_cursor?: string | null }

export interface Client { id: string; name: string; mrn: string; birth_date: string | null }

export interface FoundClient extends Client { sex: string | null; language: string | null; case_id: string | null }

export interface TaskItem {
  id: string;
  case_id: string;
  process: string;
  element: string;
  name: string;
  phase: string | null;
  risk: string | null;
  group: string | null;
  assignee: { id: string; name: string } | null;
  status: 'open' | 'completed' | 'cancelled';
  priority: number;
  opened_at: string;
  due_at: string | null;
  overdue: boolean;
  version: number;
  client: Client | null;
}

export interface CaseItem {
  id: string;
  process: string;
  client: Client | null;
  status: 'active' | 'completed' | 'cancelled';
  phase: string | null;
  risk: string | null;
  unit: string | null;
  manager: { id: string; name: string } | string | null;
  release: number | string;
  version: number;
  started_at: string;
  ended_at: string | null;
  ending: string | null;
  open_tasks: number;
  next_timer_at: string | null;
}

export interface Reason { kind: string; text: string; at: string | null; element: string | null }

export interface Task extends TaskItem {
  form: FormDefinition | null;
  values: Values;
  context?: Values; // case data that the form's conditions and options read
  known: Record<string, { at: string | null; source: string | null }>;
  draft: { values: Values; version: number } | null;
  purpose: string | null;
  why: Reason[];
  case: CaseItem;
}

export interface Completed { id: string; case_id: string; status: 'completed'; completed_at: string; opened: TaskItem[] }

export interface SavedDraft { version: number; saved_at: string }

export interface Step {
  step: number;
  at: string;
  kind: string;
  element: string | null;
  name: string | null;
  phase: string | null;
  actor: { id: string; name: string } | null;
  facts: Record<string, unknown>;
}

export interface ProcessRef { key: string; name: string; active?: boolean }

export interface CaseDiagram {
  process: string;
  name: string;
  release: number | string;
  xml: string;
  processes: ProcessRef[];
  active: { element: string; tokens: number }[];
  done: { element: string; visits: number }[];
  timers: { id: string; element: string; due_at: string }[];
  tasks: { id: string; element: string }[];
}

export interface Board {
  process: string;
  release: number | string;
  xml: string;
  processes: ProcessRef[];
  elements: Record<string, { tokens: number; visits: number }>;
}

export interface Timer { id: string; case_id: string; element: string; process: string; due_at: string; kind: string }

export interface Clock { now: string; virtual: boolean; next_timer_at: string | null }

export interface Advanced { now: string; fired: number }

export type DesignKind = 'model' | 'decision' | 'form';

export interface DesignItem {
  id: string;
  kind: DesignKind;
  key: string;
  title: string;
  hash: string;
  has_draft: boolean;
  updated_at: string | null;
}

export interface Design extends DesignItem { source: string; draft: boolean }

export interface Problem {
  file: string;
  element: string | null;
  line: number | null;
  rule: string;
  severity: 'error' | 'warning';
  message: string;
}

export interface Checked { ok: boolean; problems: Problem[] }

export interface Deployed { release: number | string; deployed: (string | { kind: string; key: string })[] }
