package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"gclens/maptrace"
)

const (
	articleCount = 200_000
	sessionCount = 30_000
	grownCount   = 40_000
)

type article struct {
	name  string
	price int
}

type row struct {
	name  string
	price int
}

type session struct {
	user    string
	started time.Time
}

// shop holds the same data in the ways services hold it.
type shop struct {
	catalog map[string]*article
	// published is never written: readers take the pointer and walk without a lock.
	published atomic.Pointer[map[string]*article]

	mutex    sync.RWMutex
	sessions map[int]session

	concurrent sync.Map
	namePool   sync.Pool
}

// endpoints are the map cases, by name; light is the control that only suffers from the others.
var endpoints = []struct {
	name  string
	serve func(*shop, http.ResponseWriter, *http.Request)
}{
	{"range", (*shop).serveRange},
	{"keys", (*shop).serveKeys},
	{"pooled", (*shop).servePooled},
	{"snapshot", (*shop).serveSnapshot},
	{"syncmap", (*shop).serveSyncMap},
	{"rwmutex", (*shop).serveRWMutex},
	{"grow", (*shop).serveGrow},
	{"delete", (*shop).serveDelete},
	{"light", (*shop).serveLight},
}

func newShop() *shop {
	s := &shop{catalog: make(map[string]*article, articleCount), sessions: make(map[int]session, sessionCount)}
	for i := range articleCount {
		name := fmt.Sprintf("article-%06d", i)
		s.catalog[name] = &article{name: name, price: i % 1000}
	}
	for i := range sessionCount {
		one := session{user: fmt.Sprintf("user-%d", i), started: time.Now()}
		s.sessions[i] = one
		s.concurrent.Store(i, one)
	}
	s.published.Store(&s.catalog)
	s.namePool.New = func() any {
		names := make([]string, 0, articleCount)
		return &names
	}
	return s
}

// serveRange appends without a size, as real code does: every walk grows its slice again and so pays for GC.
func (s *shop) serveRange(w http.ResponseWriter, r *http.Request) {
	var rows []row
	for name, a := range maptrace.Range(r.Context(), "catalog", s.catalog) {
		if a.price < 900 {
			rows = append(rows, row{name, a.price})
		}
	}
	fmt.Fprintln(w, len(rows))
}

// serveKeys collects the keys into a new slice, then looks each of them up.
func (s *shop) serveKeys(w http.ResponseWriter, r *http.Request) {
	var names []string
	for name := range maptrace.Keys(r.Context(), "catalog", s.catalog) {
		names = append(names, name)
	}
	fmt.Fprintln(w, s.sumPrices(r.Context(), names))
}

// servePooled is serveKeys with a slice that is used again.
func (s *shop) servePooled(w http.ResponseWriter, r *http.Request) {
	pooled, ok := s.namePool.Get().(*[]string)
	if !ok {
		http.Error(w, "no slice", http.StatusInternalServerError)
		return
	}
	defer s.namePool.Put(pooled)
	names := (*pooled)[:0]
	for name := range maptrace.Keys(r.Context(), "catalog", s.catalog) {
		names = append(names, name)
	}
	*pooled = names
	fmt.Fprintln(w, s.sumPrices(r.Context(), names))
}

func (s *shop) sumPrices(ctx context.Context, names []string) (sum int) {
	maptrace.Do(ctx, maptrace.Access, "catalog", len(names), func(context.Context) {
		for _, name := range names {
			sum += s.catalog[name].price
		}
	})
	return sum
}

// serveSnapshot walks a map that nobody writes, without a lock and without allocating.
func (s *shop) serveSnapshot(w http.ResponseWriter, r *http.Request) {
	sum := 0
	for a := range maptrace.Values(r.Context(), "published", *s.published.Load()) {
		sum += a.price
	}
	fmt.Fprintln(w, sum)
}

func (s *shop) serveSyncMap(w http.ResponseWriter, r *http.Request) {
	count := 0
	maptrace.Do(r.Context(), maptrace.Iterate, "concurrent", 0, func(context.Context) {
		s.concurrent.Range(func(_, value any) bool {
			if one, ok := value.(session); ok && one.user != "" {
				count++
			}
			return true
		})
	})
	s.concurrent.Store(count%sessionCount, session{user: "new", started: time.Now()})
	fmt.Fprintln(w, count)
}

// serveRWMutex copies the map under its lock and walks the copy.
func (s *shop) serveRWMutex(w http.ResponseWriter, r *http.Request) {
	type entry struct{ key, value any }
	var entries []entry
	s.mutex.RLock()
	maptrace.Do(r.Context(), maptrace.Copy, "sessions", len(s.sessions), func(context.Context) {
		for key, value := range s.sessions {
			entries = append(entries, entry{key, value})
		}
	})
	s.mutex.RUnlock()
	s.mutex.Lock()
	s.sessions[len(entries)%sessionCount] = session{user: "new", started: time.Now()}
	s.mutex.Unlock()
	fmt.Fprintln(w, len(entries))
}

// serveGrow fills a map from empty and logs its inner state at every doubling.
func (s *shop) serveGrow(w http.ResponseWriter, r *http.Request) {
	grown := make(map[int]*row)
	maptrace.Do(r.Context(), maptrace.Grow, "grown", grownCount, func(ctx context.Context) {
		for i := range grownCount {
			grown[i] = &row{price: i}
			if i&(i-1) == 0 {
				// Without a known layout there are no statistics; the request does not care.
				_ = maptrace.LogStats(ctx, "grown", grown)
			}
		}
	})
	fmt.Fprintln(w, len(grown))
}

func (s *shop) serveDelete(w http.ResponseWriter, r *http.Request) {
	s.mutex.RLock()
	copied := make(map[int]session, len(s.sessions))
	for id, one := range s.sessions {
		copied[id] = one
	}
	s.mutex.RUnlock()
	maptrace.Do(r.Context(), maptrace.Delete, "copied", len(copied)/2, func(context.Context) {
		for id := range copied {
			if id%2 == 0 {
				delete(copied, id)
			}
		}
	})
	fmt.Fprintln(w, len(copied))
}

func (s *shop) serveLight(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, "ok")
}
