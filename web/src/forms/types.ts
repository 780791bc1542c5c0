// form-js JSON (schemaVersion <= 19) as far as Ninefold accepts it, plus our `properties.fact`.

export type Values = Record<string, unknown>;

export interface Option { label: string; value: unknown }

export interface Component {
  id?: string;
  type: string;
  key?: string;
  path?: string;
  label?: string;
  description?: string;
  text?: string;
  expression?: string;
  defaultValue?: unknown;
  disabled?: boolean;
  readonly?: boolean | string;
  searchable?: boolean;
  subtype?: 'date' | 'time' | 'datetime';
  dateLabel?: string;
  timeLabel?: string;
  decimalDigits?: number;
  increment?: string | number;
  appearance?: { prefixAdorner?: string; suffixAdorner?: string };
  values?: Option[];
  valuesKey?: string;
  valuesExpression?: string;
  components?: Component[];
  defaultRepetitions?: number;
  allowAddRemove?: boolean;
  showOutline?: boolean;
  conditional?: { hide?: string };
  layout?: { row?: string | null; columns?: number | null };
  properties?: { fact?: string } & Record<string, string>;
  validate?: {
    required?: boolean;
    min?: number | string;
    max?: number | string;
    minLength?: number | string;
    maxLength?: number | string;
    pattern?: string;
    patternErrorMessage?: string;
    validationType?: string;
  };
}

export interface FormDefinition {
  id: string;
  title?: string;
  schemaVersion?: number;
  components: Component[];
}
