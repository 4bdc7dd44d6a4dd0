/** The folder of a run that ended before its first manifest was there: no run is known by it, and `runs` says so. */
export const UNLISTED = /^runs\/ID\/\.(manifest\.json|definition\.yaml)\./;
