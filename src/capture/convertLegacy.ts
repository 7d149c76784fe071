/** What to do with profiles of formats before profile.proto. */
export const convertLegacy = 'convert it with `go tool pprof -proto -output=new.pb.gz FILE`';
