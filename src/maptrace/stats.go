package maptrace

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/trace"
	"sync"
	"time"
)

// StatsCategory is the category of the log events that tell a map's inner state.
const StatsCategory = "map.stats"

// ErrStats says that this version of Go lays out its maps in a way this package does not know: nothing is read and nothing is logged.
var ErrStats = errors.New("maptrace: the layout of maps of this Go version is not known, so there are no map.stats")

// mapStats is the message of a map.stats event. Classic maps (Go <= 1.23) have buckets, Swiss maps (Go >= 1.24) a directory of tables; a directory
// length of 0 is a small map of one group.
type mapStats struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"`
	Count int    `json:"count"`

	B             *uint8  `json:"B,omitempty"`
	Buckets       *uint64 `json:"buckets,omitempty"`
	Overflow      *uint16 `json:"noverflow,omitempty"`
	OldBuckets    *uint64 `json:"oldbuckets,omitempty"`
	EvacuatedUpTo *uint64 `json:"nevacuate,omitempty"`

	DirectoryLength *int   `json:"dirlen,omitempty"`
	GlobalDepth     *uint8 `json:"globalDepth,omitempty"`
}

// LogStats logs the inner state of m while a trace is recorded: entries, buckets, and for maps before Go 1.24 how far an evacuation has come.
// Call it where m may be read. It is an error if this version's maps are not known.
func LogStats[M ~map[K]V, K comparable, V any](ctx context.Context, name string, m M) error {
	if !statsKnown() {
		return ErrStats
	}
	if trace.IsEnabled() {
		logStats(ctx, readStats(name, headOf(m)))
	}
	return nil
}

// SampleStats logs the inner state of m every interval while a trace is recorded, until stop is called.
//
// It reads the map's head without a lock while others may write it. That is a race on purpose: every field is one word or less, no pointer is
// followed, and a number may be torn from its neighbours. Use LogStats where you hold the lock.
func SampleStats[M ~map[K]V, K comparable, V any](name string, m M, interval time.Duration) (stop func(), err error) {
	if !statsKnown() {
		return nil, ErrStats
	}
	if interval <= 0 {
		return nil, errors.New("maptrace: SampleStats needs an interval above 0")
	}
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				if trace.IsEnabled() {
					logStats(context.Background(), readStats(name, headOf(m)))
				}
			}
		}
	}()
	return sync.OnceFunc(func() { close(done) }), nil
}

func logStats(ctx context.Context, stats mapStats) {
	if text, err := json.Marshal(stats); err == nil {
		trace.Log(ctx, StatsCategory, string(text))
	}
}

// statsKnown checks the layout once against maps whose state is known, so that a changed runtime switches the statistics off instead of lying.
var statsKnown = sync.OnceValue(func() bool {
	var empty map[int]int
	if headOf(empty) != nil {
		return false
	}
	small := map[int]int{1: 1, 2: 2, 3: 3}
	large := make(map[int]int)
	for i := 0; i < 3000; i++ {
		large[i] = i
	}
	return isPlausible(readStats("", headOf(small)), 3) && isPlausible(readStats("", headOf(large)), 3000)
})
