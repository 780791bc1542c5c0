// Choices found by typing: one (searchable select) or several (taglist, shown as removable tags).
import type { ReactNode } from 'react';
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { optionsOf } from './engine';
import type { ControlProps } from './Field';

export default function ComboField({ id, label, component, value, scope, required, invalid, describedBy, locked, set }: ControlProps): ReactNode {
  const many = component.type === 'taglist';
  const options = optionsOf(component, scope);
  const chosen = many && Array.isArray(value) ? (value as unknown[]) : [];
  const offered = options.map((option, index) => ({ ...option, id: index })).filter((option) => !chosen.includes(option.value));
  const single = options.findIndex((option) => option.value === value);
  const pick = (key: unknown): void => {
    const option = typeof key === 'number' ? options[key] : undefined;
    if (!many) set(option?.value ?? null);
    else if (option) set([...chosen, option.value]);
  };
  return (
    <>
      <ComboBox key={many ? chosen.length : 'one'} className="combo" defaultItems={offered} {...(many ? {} : { defaultSelectedKey: single < 0 ? null : single })}
        onSelectionChange={pick} isRequired={required} isInvalid={invalid} isReadOnly={locked} validationBehavior="aria" menuTrigger="focus">
        <Label className="label">{label}{required && <span className="star" aria-hidden="true"> *</span>}</Label>
        <div className="combo-box"><Input id={id} aria-describedby={describedBy} placeholder={many ? 'Add…' : 'Choose…'} /><Button aria-label="Show choices">▾</Button></div>
        <Popover className="combo-popover">
          <ListBox>{(option: { id: number; label: string }) => <ListBoxItem className="combo-item" id={option.id} textValue={option.label}>{option.label}</ListBoxItem>}</ListBox>
        </Popover>
      </ComboBox>
      {chosen.length > 0 && (
        <ul className="tags" aria-label={`${label}, chosen`}>
          {chosen.map((each) => {
            const name = options.find((option) => option.value === each)?.label ?? String(each);
            return <li key={String(each)}>{name}{!locked && <button type="button" aria-label={`Remove ${name}`} onClick={() => set(chosen.filter((other) => other !== each))}>×</button>}</li>;
          })}
        </ul>
      )}
    </>
  );
}
