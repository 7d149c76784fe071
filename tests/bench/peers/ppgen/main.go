// ppgen writes a profile of a wanted size: samples are random nodes of a random call tree, so their stacks are deep and share their roots.
package main

import (
	"flag"
	"fmt"
	"log"
	"math/rand"
	"os"

	"github.com/google/pprof/profile"
)

var (
	samples   = flag.Int("samples", 20000, "samples")
	functions = flag.Int("functions", 3000, "functions; there are twice as many locations")
	nodes     = flag.Int("nodes", 20000, "nodes of the call tree")
	depth     = flag.Int("depth", 60, "deepest stack")
	out       = flag.String("o", "profile.pb.gz", "file to write")
)

const periodNs = 10_000_000

func main() {
	flag.Parse()
	random := rand.New(rand.NewSource(1))
	mapping := &profile.Mapping{
		ID: 1, Start: 0x400000, Limit: 0x4400000, File: "/usr/bin/server",
		HasFunctions: true, HasFilenames: true, HasLineNumbers: true,
	}
	p := &profile.Profile{
		SampleType:    []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}},
		PeriodType:    &profile.ValueType{Type: "cpu", Unit: "nanoseconds"},
		Period:        periodNs,
		TimeNanos:     1_700_000_000_000_000_000,
		DurationNanos: 60_000_000_000,
		Mapping:       []*profile.Mapping{mapping},
		Function:      makeFunctions(random),
	}
	p.Location = makeLocations(random, p.Function, mapping)
	addSamples(random, p)
	file, err := os.Create(*out)
	if err != nil {
		log.Fatal(err)
	}
	if err := p.Write(file); err != nil {
		log.Fatal(err)
	}
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

func makeFunctions(random *rand.Rand) []*profile.Function {
	made := make([]*profile.Function, *functions)
	for i := range made {
		pkg := fmt.Sprintf("example.com/shop/internal/package%03d", random.Intn(400))
		name := fmt.Sprintf("%s.(*Type%d).Method%d", pkg, random.Intn(50), i)
		made[i] = &profile.Function{
			ID: uint64(i + 1), Name: name, SystemName: name,
			Filename: fmt.Sprintf("/src/%s/file%d.go", pkg, random.Intn(20)), StartLine: int64(random.Intn(2000)),
		}
	}
	return made
}

func makeLocations(random *rand.Rand, functions []*profile.Function, mapping *profile.Mapping) []*profile.Location {
	made := make([]*profile.Location, 2*len(functions))
	for i := range made {
		location := &profile.Location{ID: uint64(i + 1), Mapping: mapping, Address: 0x400000 + uint64(i)*37}
		location.Line = []profile.Line{{Function: functions[i%len(functions)], Line: int64(random.Intn(3000) + 1)}}
		if random.Intn(5) == 0 { // inlined into another function
			caller := functions[random.Intn(len(functions))]
			location.Line = append(location.Line, profile.Line{Function: caller, Line: int64(random.Intn(3000) + 1)})
		}
		made[i] = location
	}
	return made
}

func addSamples(random *rand.Rand, p *profile.Profile) {
	parent, location := makeTree(random, len(p.Location))
	operations := []string{"iterate", "assign", "delete", "grow", "syncmap"}
	for i := range *samples {
		count := int64(1 + random.Intn(3))
		sample := &profile.Sample{Value: []int64{count, count * periodNs}, Label: map[string][]string{
			"span_id":  {fmt.Sprintf("%016x", random.Uint64())},
			"trace_id": {fmt.Sprintf("%032x", i/8)},
			"map_op":   {operations[random.Intn(len(operations))]},
		}}
		for node := random.Intn(*nodes); node >= 0; node = parent[node] {
			sample.Location = append(sample.Location, p.Location[location[node]])
		}
		p.Sample = append(p.Sample, sample)
	}
}

// makeTree gives each node its parent (-1: the root) and its location.
func makeTree(random *rand.Rand, locations int) (parent, location []int) {
	parent, location = make([]int, *nodes), make([]int, *nodes)
	level := make([]int, *nodes)
	parent[0] = -1
	for node := 1; node < *nodes; node++ {
		for {
			candidate := node - 1 - random.Intn(min(node, 40))
			if random.Intn(3) == 0 {
				candidate = random.Intn(node)
			}
			if level[candidate] < *depth-1 {
				parent[node], level[node] = candidate, level[candidate]+1
				break
			}
		}
		location[node] = random.Intn(locations)
	}
	return parent, location
}
