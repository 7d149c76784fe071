import { excerptList, GclensError, type Notice } from '../base';
import { cleanProfile } from './cleanProfile';
import { emptyMapping } from './emptyMapping';
import { findDefaultSampleType } from './findSampleType';
import { type Int64, truncateToInt64 } from './int64';
import { mergeProfiles } from './mergeProfiles';
import type { Profile, SampleType } from './profile';
import { sampleValues } from './sampleValues';
import { isSameKindOfUnit, scaleValue } from './units';
import { ValueColumn } from './valueColumn';

/** What profiles are compared with. */
export interface BaseProfile {
  readonly profile: Profile;
  /** Whether percentages refer to the base instead of to all that is shown. */
  readonly isDiff: boolean;
}

/**
 * One profile of several, minus a base, ready to be shown: the sample types that all have, in the finest of their units, and without the frames that are
 * to be dropped (google/pprof internal/driver, fetchProfiles).
 * @param profiles as `decodeWholeProfile` gives them, at least one
 * @throws GclensError that says why they cannot be added up
 */
export function combineProfiles(profiles: readonly Profile[], base: BaseProfile | null = null): Profile {
  const sum = addProfiles(profiles);
  if (base === null) {
    return cleanProfile(sum);
  }
  const subtrahend = addProfiles([base.profile]);
  const negated = scaleSamples(
    subtrahend,
    subtrahend.sampleTypes.map(() => -1),
  );
  return cleanProfile(addProfiles([sum, negated], base.isDiff ? negatedRow : Infinity));
}

const negatedRow = 1;

/** @param firstBase profiles from this one on are marked as a base */
function addProfiles(profiles: readonly Profile[], firstBase = Infinity): Profile {
  const common = keepCommonTypes(profiles.map(withMapping));
  const [only] = common;
  return common.length === 1 && only !== undefined ? only : mergeProfiles(scaleToFinestUnits(common), firstBase);
}

/** A profile without mappings has one that stands for the program. */
function withMapping(profile: Profile): Profile {
  if (profile.mappings.length > 0) {
    return profile;
  }
  const { locations } = profile;
  return { ...profile, mappings: [emptyMapping], locations: { ...locations, mapping: new Int32Array(locations.length) } };
}

/** The profile without sample types that share a name, which `go tool pprof` leaves out. @throws GclensError when none is left */
export function keepDistinctTypes(profile: Profile): Profile {
  return keepCommonTypes([profile])[0] ?? profile;
}

/** The sample types that all profiles have, in the order of the first (google/pprof profile/merge.go, CompatibilizeSampleTypes). */
function keepCommonTypes(profiles: readonly Profile[]): Profile[] {
  const counts = new Map<string, number>();
  for (const { type } of profiles.flatMap(({ sampleTypes }) => sampleTypes)) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const common = (profiles[0]?.sampleTypes ?? []).map(({ type }) => type).filter((type) => counts.get(type) === profiles.length);
  if (common.length === 0) {
    refuseTypes(profiles.map(({ sampleTypes }) => excerptList(sampleTypes.map(({ type }) => type))));
  }
  return profiles.map((profile) => keepTypes(profile, common));
}

/** @throws GclensError always */
function refuseTypes([first = '', ...others]: readonly string[]): never {
  if (others.length > 0) {
    const lists = [...new Set([first, ...others])].map((types) => (types === '' ? 'none' : types));
    throw new GclensError(`the profiles have no sample type in common: ${excerptList(lists, '; ')}`, {
      advice: 'give profiles of one kind',
    });
  }
  throw first === ''
    ? new GclensError('the profile has no sample types', { advice: 'nothing says what its values are; take it again' })
    : new GclensError(`the sample types of the profile share their names: ${first}`, { advice: 'give each a name of its own' });
}

/** What is to be said of sample types that one profile has twice, by name. */
function sharedNameNotices(sampleTypes: readonly SampleType[]): Notice[] {
  const names = sampleTypes.map(({ type }) => type);
  const shared = [...new Set(names.filter((name, row) => names.indexOf(name) !== row))];
  return shared.length === 0
    ? []
    : [
        {
          severity: 'warning',
          text: `Sample types that share a name are left out, as go tool pprof leaves them out: ${excerptList(shared)}.`,
        },
      ];
}

function keepTypes(profile: Profile, types: readonly string[]): Profile {
  const rows = types.map((name) => profile.sampleTypes.findIndex(({ type }) => type === name));
  if (rows.includes(-1)) {
    throw new GclensError(`a profile has no sample type ${types[rows.indexOf(-1)]}`, { advice: 'give profiles of one kind' });
  }
  if (rows.length === profile.sampleTypes.length && rows.every((row, index) => row === index)) {
    return profile;
  }
  const { samples, sampleTypes } = profile;
  const kept = rows.map((row) => sampleTypes[row] ?? { type: '', unit: '' });
  const name = types.includes(profile.defaultSampleTypeName) ? profile.defaultSampleTypeName : (types[0] ?? '');
  return {
    ...profile,
    notices: [...profile.notices, ...sharedNameNotices(sampleTypes)],
    sampleTypes: kept,
    defaultSampleType: findDefaultSampleType(kept, name),
    defaultSampleTypeName: name,
    samples: {
      ...samples,
      values: rows.map((row) => samples.values[row] ?? new Float64Array(samples.length)),
      ...(samples.exactValues === undefined ? {} : { exactValues: rows.map((row) => samples.exactValues?.[row] ?? null) }),
    },
  };
}

/** Brings several profiles to the finest of their units (google/pprof internal/measurement, ScaleProfiles). */
function scaleToFinestUnits(profiles: readonly Profile[]): Profile[] {
  const periodType = finestType(profiles.map((profile) => profile.periodType ?? noType));
  const sampleTypes = (profiles[0]?.sampleTypes ?? []).map((_, row) =>
    finestType(profiles.map((profile) => profile.sampleTypes[row] ?? noType)),
  );
  return profiles.map((profile) => {
    const { unit: periodUnit } = profile.periodType ?? noType;
    const ratios = profile.sampleTypes.map(({ unit }, row) => scaleValue(1, unit, sampleTypes[row]?.unit ?? unit).value);
    return {
      ...scaleSamples(profile, ratios),
      sampleTypes,
      periodType,
      period: Math.trunc(scaleValue(profile.period, periodUnit, periodType.unit).value),
    };
  });
}

const noType: SampleType = { type: '', unit: '' };

/** The type of the finest unit. @throws GclensError when the types count different things */
function finestType(types: readonly SampleType[]): SampleType {
  return types.reduce((finest, type) => {
    if (finest.type !== type.type || !(finest.unit === type.unit || isSameKindOfUnit(finest.unit, type.unit))) {
      throw new GclensError(`incompatible types: {${finest.type} ${finest.unit}} {${type.type} ${type.unit}}`, {
        advice: 'give profiles of one kind',
      });
    }
    return scaleValue(1, type.unit, finest.unit).value < 1 ? type : finest;
  });
}

/** Multiplies the values of each sample type; samples that have none left are without any value then. */
function scaleSamples(profile: Profile, ratios: readonly number[]): Profile {
  if (ratios.every((ratio) => ratio === 1)) {
    return profile;
  }
  const { samples } = profile;
  const valuesOf = ratios.map((_, type) => sampleValues(profile, type));
  const columns = ratios.map(() => new ValueColumn());
  for (let sample = 0; sample < samples.length; sample++) {
    const scaled = ratios.map((ratio, type) => scaleInt64(valuesOf[type]?.(sample) ?? 0, ratio));
    const isKept = scaled.some((value, type) => ratios[type] !== 1 && value !== 0);
    scaled.forEach((value, type) => columns[type]?.push(isKept ? value : 0));
  }
  const exactValues = columns.map((column) => column.takeExact());
  return { ...profile, samples: { ...samples, values: columns.map((column) => column.take()), exactValues } };
}

/** In floating point, as the official tool multiplies. */
function scaleInt64(value: Int64, ratio: number): Int64 {
  if (ratio === 1) {
    return value;
  }
  const product = Number(value) * ratio;
  const cut = Math.trunc(product);
  return truncateToInt64(Math.abs(product - cut) >= 0.5 ? cut + Math.sign(product) : cut);
}
