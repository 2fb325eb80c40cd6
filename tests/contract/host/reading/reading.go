// Package reading says in JSON what Grafana's own decoder finds in a data frame.
//
// The form is the one that the Python side writes for its golden frames: Go's type names (`*` for nullable),
// times as RFC 3339 with nanoseconds in UTC, NaN and infinities as strings, JSON cells as their text, enum
// cells as their index.
package reading

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// Frame is one frame as read. Rows is said only where the cells are not.
type Frame struct {
	Name   string          `json:"name"`
	RefID  string          `json:"refId"`
	Meta   *data.FrameMeta `json:"meta"`
	Fields []Field         `json:"fields"`
	Rows   int             `json:"rows,omitempty"`
}

// Field is one column.
type Field struct {
	Name   string            `json:"name"`
	Type   string            `json:"type"`
	Labels data.Labels       `json:"labels"`
	Config *data.FieldConfig `json:"config"`
	Values []any             `json:"values"`
}

// Of reads a decoded frame with all its values.
func Of(frame *data.Frame) Frame {
	read := Frame{Name: frame.Name, RefID: frame.RefID, Meta: frame.Meta, Fields: []Field{}}
	for _, field := range frame.Fields {
		read.Fields = append(read.Fields, fieldOf(field))
	}
	return read
}

// Brief is the frame without its cells.
func (f Frame) Brief() Frame {
	fields := make([]Field, len(f.Fields))
	for at, field := range f.Fields {
		f.Rows, field.Values = len(field.Values), nil
		fields[at] = field
	}
	f.Fields = fields
	return f
}

func fieldOf(field *data.Field) Field {
	read := Field{
		Name:   field.Name,
		Type:   field.Type().ItemTypeString(),
		Labels: field.Labels,
		Config: field.Config,
		Values: make([]any, field.Len()),
	}
	if read.Labels == nil {
		read.Labels = data.Labels{}
	}
	if read.Config == nil {
		read.Config = &data.FieldConfig{}
	}
	for row := range field.Len() {
		if value, ok := field.ConcreteAt(row); ok {
			read.Values[row] = cell(value)
		}
	}
	return read
}

func cell(value any) any {
	switch value := value.(type) {
	case time.Time:
		return value.UTC().Format(time.RFC3339Nano)
	case json.RawMessage:
		if len(value) == 0 {
			return nil // what the decoder of messages makes of null in some columns; browsers see null
		}
		return string(value)
	case float64:
		return float(value)
	case float32:
		return float(float64(value))
	default:
		return value
	}
}

func float(value float64) any {
	switch {
	case math.IsNaN(value):
		return "NaN"
	case math.IsInf(value, 1):
		return "+Inf"
	case math.IsInf(value, -1):
		return "-Inf"
	default:
		return decimal(value)
	}
}

// decimal is the shortest text of exactly this float, with a point or an exponent: without either, readers
// of JSON take it for a whole number, which a large float in short form is not.
func decimal(value float64) json.RawMessage {
	text := strconv.FormatFloat(value, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return json.RawMessage(text)
}

// Golden is one decoded frame, or why the decoder refused it. Then Grafana would fail the whole call.
type Golden struct {
	Name      string    `json:"name"`
	Frame     *Frame    `json:"frame"`
	Error     string    `json:"error,omitempty"`
	Dataplane Dataplane `json:"dataplane"`
}

// Directory decodes every NAME.arrow of a directory as an Arrow file and every NAME.live.json as a message of
// Grafana Live, in the order of their names. A live frame's name here ends in `.live`.
func Directory(path string) ([]Golden, error) {
	goldens := []Golden{}
	for _, form := range []struct {
		pattern, suffix string
		decode          func([]byte) (data.Frames, error)
	}{
		{"*.arrow", ".arrow", arrowFile},
		{"*.live.json", ".json", liveMessage},
	} {
		files, err := filepath.Glob(filepath.Join(path, form.pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			bytes, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			frames, err := form.decode(bytes)
			goldens = append(goldens, golden(strings.TrimSuffix(filepath.Base(file), form.suffix), frames, err))
		}
	}
	if len(goldens) == 0 {
		return nil, fmt.Errorf("%s holds no *.arrow and no *.live.json", path)
	}
	slices.SortFunc(goldens, func(a, b Golden) int { return strings.Compare(a.Name, b.Name) })
	return goldens, nil
}

func arrowFile(bytes []byte) (data.Frames, error) {
	return data.UnmarshalArrowFrames([][]byte{bytes})
}

func liveMessage(bytes []byte) (data.Frames, error) {
	frame := &data.Frame{}
	return data.Frames{frame}, json.Unmarshal(bytes, frame)
}

func golden(name string, frames data.Frames, err error) Golden {
	if err != nil {
		return Golden{Name: name, Error: err.Error()}
	}
	frame := Of(frames[0])
	return Golden{Name: name, Frame: &frame, Dataplane: DataplaneOf(frames)}
}
