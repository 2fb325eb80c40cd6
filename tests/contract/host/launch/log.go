package launch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
)

const (
	timestamp  = "2006-01-02T15:04:05.000000Z07:00"
	lineLimit  = 64 * 1024
	keptLines  = 500
	unkillable = "plugin failed to exit gracefully"
)

// Log holds what the plugin wrote to stderr against go-plugin's rules, and keeps what the library itself says.
//
// A violation is a line that Grafana would log as raw text at DEBUG, or on which it would panic. The library
// parses the line after this, so on a panic the last words of this process name the line.
type Log struct {
	mutex      sync.Mutex
	partial    []byte
	Lines      int            `json:"lines"`
	Levels     map[string]int `json:"levels"`
	Entries    []Entry        `json:"entries"`
	Violations []Violation    `json:"violations"`
	Host       []string       `json:"host"`
}

// Entry is one well-formed line: message, level and everything else that was said.
type Entry map[string]any

// Violation is a line and the rule that it breaks.
type Violation struct {
	Line string `json:"line"`
	Why  string `json:"why"`
}

// NewLog is an empty log.
func NewLog() *Log {
	return &Log{Levels: map[string]int{}, Entries: []Entry{}, Violations: []Violation{}, Host: []string{}}
}

// Write takes the plugin's stderr as the library reads it; a line may come in pieces.
func (l *Log) Write(piece []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.partial = append(l.partial, piece...)
	for {
		line, rest, whole := bytes.Cut(l.partial, []byte{'\n'})
		if !whole {
			return l.warn(piece), nil
		}
		l.partial = bytes.Clone(rest)
		l.take(line)
	}
}

// warn tells of a line that ends this process before its newline arrives, and counts the piece as taken.
func (l *Log) warn(piece []byte) int {
	if _, why, fatal := parse(l.partial); fatal {
		fmt.Fprintf(os.Stderr, "contracthost: Grafana ends on this line: %s: %s\n", why, l.partial)
	}
	return len(piece)
}

func (l *Log) take(line []byte) {
	l.Lines++
	entry, why, _ := parse(line)
	if why != "" {
		if len(l.Violations) < keptLines {
			l.Violations = append(l.Violations, Violation{Line: clipped(line), Why: why})
		}
		return
	}
	l.Levels[fmt.Sprint(entry["@level"])]++
	if len(l.Entries) < keptLines {
		l.Entries = append(l.Entries, entry)
	}
}

// parse says what is wrong with a line; fatal where the host's own parser would panic.
func parse(line []byte) (entry Entry, why string, fatal bool) {
	if len(line) >= lineLimit {
		return nil, "is cut at 64 KiB", false
	}
	if err := json.Unmarshal(line, &entry); err != nil {
		return nil, "is not a JSON object: " + err.Error(), false
	}
	for _, key := range []string{"@message", "@level", "@timestamp"} {
		value, present := entry[key]
		if _, text := value.(string); present && !text {
			return nil, fmt.Sprintf("%s is %T, not a string", key, value), true
		}
		if !present {
			return nil, "has no " + key, false
		}
	}
	if _, err := time.Parse(timestamp, entry["@timestamp"].(string)); err != nil {
		return nil, "@timestamp is not in the host's layout: " + err.Error(), false
	}
	if hclog.LevelFromString(entry["@level"].(string)) == hclog.NoLevel {
		return nil, "@level is none of the host's", false
	}
	return entry, "", false
}

func clipped(line []byte) string {
	if len(line) > 2000 {
		line = line[:2000]
	}
	return string(line)
}

func (l *Log) logger() hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Name: "plugin", Level: hclog.Trace, Output: hostWriter{l}, JSONFormat: true})
}

// hostWriter keeps the library's own warnings and errors; the plugin's lines come through the same logger.
type hostWriter struct{ log *Log }

var _ io.Writer = hostWriter{}

func (w hostWriter) Write(line []byte) (int, error) {
	var said struct {
		Message string `json:"@message"`
		Level   string `json:"@level"`
		Module  string `json:"@module"`
		Error   any    `json:"error"`
	}
	if err := json.Unmarshal(line, &said); err != nil || said.Module != "plugin" {
		return len(line), err
	}
	if said.Level == "warn" || said.Level == "error" {
		w.log.mutex.Lock()
		defer w.log.mutex.Unlock()
		text := said.Message
		if said.Error != nil {
			text = fmt.Sprintf("%s: %v", text, said.Error)
		}
		w.log.Host = append(w.log.Host, text)
	}
	return len(line), nil
}

// killed says whether the library had to kill the plugin.
func (l *Log) killed() bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, said := range l.Host {
		if strings.HasPrefix(said, unkillable) {
			return true
		}
	}
	return false
}
