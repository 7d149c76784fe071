import { AddressColumn } from '../addressColumn';
import { findDefaultSampleType } from '../findSampleType';
import { inexact } from '../inexact';
import type { Int64 } from '../int64';
import type { Mapping, Profile, SampleType } from '../profile';
import { type LineRow, ProfileBuilder, type ProfileHead } from '../profileBuilder';
import { chooseDropRules } from './dropRules';
import { type LegacySamples, removeDoubleLeaves } from './legacySamples';
import { placeAddresses } from './mappings';

/** What a legacy file says of itself as a whole. */
export interface LegacyHead {
  readonly sampleTypes: readonly SampleType[];
  readonly periodType: SampleType | null;
  readonly period: Int64;
  readonly durationNs?: Int64;
}

/** What a legacy file says of its addresses: where files were mapped, or lines. */
export interface LegacyLocations {
  readonly mappings?: readonly Mapping[];
  /** The line of an address, null without, in a file whose addresses mean nothing outside it. */
  readonly lineOf?: (address: bigint, builder: ProfileBuilder) => LineRow | null;
  /** Whether the profiler may have written the leaf twice. */
  readonly hasDoubleLeaves?: boolean;
}

/** The columns of a profile from the samples of a legacy file, with the frames to drop that the official reader sets for its kind. */
export function buildLegacyProfile(samples: LegacySamples, head: LegacyHead, located: LegacyLocations): Profile {
  const builder = new ProfileBuilder(head.sampleTypes.length);
  const locationOf = addLocations(builder, samples, located);
  if (located.hasDoubleLeaves === true) {
    removeDoubleLeaves(samples);
  }
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = builder.addStack(
      Array.from({ length: samples.depth(sample) }, (_, index) => locationOf[samples.frameAt(sample, index)] ?? 0),
    );
    builder.addSample(
      samples.values.map((column) => column.at(sample)),
      stack,
    );
    const blockSize = samples.blockSize.at(sample);
    if (!Number.isNaN(blockSize)) {
      builder.addLabel(builder.addString('bytes'), 0, blockSize, 0);
    }
  }
  return builder.build(completeHead(head));
}

/** Adds a location for each address that samples use, in the order in which they do. @returns location rows by rows of the samples' addresses */
function addLocations(builder: ProfileBuilder, samples: LegacySamples, { mappings = [], lineOf }: LegacyLocations): Int32Array {
  const { addresses, locationOf } = findUsedAddresses(samples);
  const lines = lineOf === undefined ? [] : Array.from(addresses, (address) => lineOf(address, builder));
  const unnamed = addresses.map((address, row) => (lines[row] == null ? address : 0n));
  const placed = placeAddresses(unnamed, mappings);
  placed.mappings.forEach((mapping) => builder.mappings.push(mapping));
  addresses.forEach((address, row) => {
    const line = lines[row] ?? null;
    builder.addLocation({
      address: lineOf === undefined ? address : 0n,
      mapping: placed.mapping[row] ?? -1,
      lines: line === null ? [] : [line],
      isFolded: false,
    });
  });
  return locationOf;
}

function findUsedAddresses(samples: LegacySamples): { readonly addresses: BigUint64Array; readonly locationOf: Int32Array } {
  const locationOf = new Int32Array(samples.addressCount).fill(-1);
  const addresses = new AddressColumn();
  for (let sample = 0; sample < samples.length; sample++) {
    for (let index = 0; index < samples.depth(sample); index++) {
      const row = samples.frameAt(sample, index);
      if (locationOf[row] === -1) {
        locationOf[row] = addresses.length;
        addresses.push(samples.addressAt(row));
      }
    }
  }
  return { addresses: addresses.take(), locationOf };
}

function completeHead({ sampleTypes, periodType, period, durationNs = 0 }: LegacyHead): ProfileHead {
  return {
    sampleTypes,
    defaultSampleType: findDefaultSampleType(sampleTypes, ''),
    defaultSampleTypeName: '',
    periodType,
    period: Number(period),
    timeUnixNs: 0n,
    durationNs: Number(durationNs),
    comments: [],
    docUrl: '',
    ...chooseDropRules(sampleTypes),
    notices: [
      ...(typeof durationNs === 'bigint' ? [inexact('The duration is')] : []),
      ...(typeof period === 'bigint' ? [inexact('The period is')] : []),
    ],
  };
}
