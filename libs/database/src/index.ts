export { type DatabaseLocation, databaseUrlSetting, describeFailure } from './database-location.ts';
export { openDatabase, type OpenOptions } from './open-database.ts';
export { Ownership } from './ownership.ts';
export { type Durability } from './sqlite-dialect.ts';

export { DatabaseTakenError, DatabaseUnavailableError, OwnershipLostError } from './errors.ts';
