package maptrace

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"
)

func TestStatsOfThisVersionAreKnown(t *testing.T) {
	if !statsKnown() {
		t.Fatal(ErrStats)
	}
}

func TestStatsFollowAMap(t *testing.T) {
	m := map[string]int{}
	for _, count := range []int{0, 1, 8, 9, 100, 5000} {
		for len(m) < count {
			m[string(rune(len(m)))+"key"] = 1
		}
		stats := readStats("m", headOf(m))
		if !isPlausible(stats, count) {
			text, _ := json.Marshal(stats)
			t.Errorf("%d entries: %s", count, text)
		}
	}
	var absent map[string]int
	if stats := readStats("m", headOf(absent)); stats.Count != 0 {
		t.Errorf("a nil map counts %d", stats.Count)
	}
}

func TestLogStatsLeavesAnEvent(t *testing.T) {
	recorded := record(t, func() {
		if err := LogStats(context.Background(), "catalog", map[int]int{1: 1}); err != nil {
			t.Error(err)
		}
	})
	requireTexts(t, recorded, "map.stats", `{"name":"catalog","kind":"`, `"count":1`)
}

func TestSampleStatsBesideWritesUntilItIsStopped(t *testing.T) {
	m := map[int]int{}
	recorded := record(t, func() {
		stop, err := SampleStats("growing", m, 100*time.Microsecond)
		if err != nil {
			t.Fatal(err)
		}
		var writer sync.WaitGroup
		writer.Add(1)
		go func() {
			defer writer.Done()
			for i, end := 0, time.Now().Add(20*time.Millisecond); time.Now().Before(end); i++ {
				m[i] = i
			}
		}()
		writer.Wait()
		stop()
		stop()
	})
	requireTexts(t, recorded, "map.stats", "growing")
	if _, err := SampleStats("never", m, 0); err == nil {
		t.Error("an interval of 0 is no error")
	}
}
