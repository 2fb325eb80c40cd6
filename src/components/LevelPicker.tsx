/** Choose a level of the organisation's severity ladder; what it counts as comes along, for when it is gone. */
import { Combobox } from '@grafana/ui';
import { type IncidentSeverity, type LevelShape } from '../api/types.gen';
import { keptLevel, useLevels } from './levels';

/** A level as it is stored. */
export interface ChosenLevel {
  severity: IncidentSeverity;
  /** Empty where it is the one that is called like the severity. */
  level: string;
}

interface LevelPickerProps {
  label: string;
  /** Null while nothing is chosen. */
  value: ChosenLevel | null;
  onChange: (chosen: ChosenLevel) => void;
  width?: number;
}

export function LevelPicker({ label, value, onChange, width }: LevelPickerProps) {
  const { options, chosen, at } = useChoice(value);
  return (
    <Combobox
      aria-label={label}
      value={chosen}
      options={options}
      {...(width !== undefined && { width })}
      onChange={(option) => at(option.value, onChange)}
    />
  );
}

interface OpenLevelPickerProps extends Omit<LevelPickerProps, 'onChange'> {
  placeholder: string;
  onChange: (chosen: ChosenLevel | null) => void;
}

/** The same where nothing need be chosen. */
export function OpenLevelPicker({ label, value, placeholder, onChange }: OpenLevelPickerProps) {
  const { options, chosen, at } = useChoice(value);
  return (
    <Combobox
      isClearable
      aria-label={label}
      placeholder={placeholder}
      value={chosen}
      options={options}
      onChange={(option) => (option ? at(option.value, onChange) : onChange(null))}
    />
  );
}

function useChoice(value: ChosenLevel | null) {
  const levels = useLevels();
  return {
    options: levels.map(({ id, title, description }) => ({ value: id, label: title, description })),
    chosen: (value && keptLevel(levels, value)?.id) ?? null,
    at: (id: string, onChange: (chosen: ChosenLevel) => void) => {
      const found = levels.find((each) => each.id === id);
      if (found) {
        onChange(stored(found));
      }
    },
  };
}

function stored({ id, severity }: LevelShape): ChosenLevel {
  return { severity, level: id === severity ? '' : id };
}
