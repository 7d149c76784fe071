import { GclensError } from '../../base';

/** The file is none of the format that was tried, although it begins so; another format may fit. */
export class UnrecognizedProfile extends GclensError {}
