package maptrace

import (
	"bytes"
	"runtime/trace"
	"testing"
)

// record returns the execution trace of work.
func record(t *testing.T, work func()) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := trace.Start(&out); err != nil {
		t.Skip(err)
	}
	work()
	trace.Stop()
	return out.Bytes()
}

func requireTexts(t *testing.T, recorded []byte, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !bytes.Contains(recorded, []byte(text)) {
			t.Errorf("the trace does not hold %q", text)
		}
	}
}
