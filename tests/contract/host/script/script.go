// Package script makes the calls that a JSON file lists against a running plugin, one after the other, and
// says what came back. It judges nothing beyond what Grafana's own code judges: that is up to the reader.
//
// A script:
//
//	{"env": {"GF_PLUGIN_DATA_DIR": "…"}, "context": {…}, "steps": [{"do": "ping"}, {"do": "callResource", …}]}
//
// Every step may have `name`, `context` (laid over the script's) and `afterMilliseconds` (wait before it).
// The steps and their keys are the types Step… of this package; a key that a step does not know is an error.
package script

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc/status"

	"reliability-studio/contracthost/launch"
)

// Script is what to do with one plugin process.
type Script struct {
	Env     map[string]string `json:"env"`
	Context json.RawMessage   `json:"context"`
	Steps   []json.RawMessage `json:"steps"`
}

// Result is everything that happened.
type Result struct {
	Start *Start      `json:"start,omitempty"`
	Error string      `json:"error,omitempty"` // why the plugin did not start
	Steps []Outcome   `json:"steps"`
	Stop  *Stop       `json:"stop,omitempty"`
	Log   *launch.Log `json:"log"`
}

// Start is how the plugin came up.
type Start struct {
	Milliseconds float64 `json:"milliseconds"`
	Network      string  `json:"network"`
	Address      string  `json:"address"`
	Pid          int     `json:"pid"`
}

// Stop is how it went.
type Stop struct {
	Milliseconds float64 `json:"milliseconds"`
	Graceful     bool    `json:"graceful"`
	Blocked      bool    `json:"blocked"`
	SocketLeft   bool    `json:"socketLeft"`
}

// Outcome is one step's. Code is the gRPC status, `OK` included.
type Outcome struct {
	Name         string  `json:"name,omitempty"`
	Do           string  `json:"do"`
	Milliseconds float64 `json:"milliseconds"`
	Code         string  `json:"code"`
	Message      string  `json:"message,omitempty"`
	Result       any     `json:"result,omitempty"`
}

// Common is what every kind of step has.
type Common struct {
	Do                string          `json:"do"`
	Name              string          `json:"name"`
	Context           json.RawMessage `json:"context"`
	AfterMilliseconds int             `json:"afterMilliseconds"`
}

// Step is one kind of call.
type Step interface {
	common() *Common
	run(ctx context.Context, call call) (any, error)
}

func (c *Common) common() *Common { return c }

// Session is a running plugin and the context of its calls, over which each step may lay its own.
type Session struct {
	Plugin *launch.Plugin
	Base   Context
}

// call is what a step needs of its surroundings.
type call struct {
	Session
	caller Context
}

// kinds makes an empty step of each kind.
var kinds map[string]func() Step

func init() {
	kinds = map[string]func() Step{
		"ping":           func() Step { return &StepPing{} },
		"health":         func() Step { return &StepHealth{} },
		"callResource":   func() Step { return &StepCallResource{} },
		"queryData":      func() Step { return &StepQueryData{} },
		"checkHealth":    func() Step { return &StepCheckHealth{} },
		"collectMetrics": func() Step { return &StepCollectMetrics{} },
		"subscribe":      func() Step { return &StepSubscribe{} },
		"runStream":      func() Step { return &StepRunStream{} },
		"publish":        func() Step { return &StepPublish{} },
		"probe":          func() Step { return &StepProbe{} },
		"parallel":       func() Step { return &StepParallel{} },
		"wait":           func() Step { return &StepWait{} },
		"crash":          func() Step { return &StepCrash{} },
		"stop":           func() Step { return &StepStop{} },
	}
}

// Run starts the plugin, makes every step, and stops it. An error means that the script itself is wrong.
func Run(config launch.Config, role, path string) (*Result, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var script Script
	if err := Strict(bytes, &script); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	base, err := DefaultContext(role).With(script.Context)
	if err != nil {
		return nil, err
	}
	steps, err := Decode(script.Steps)
	if err != nil {
		return nil, err
	}
	config.Env, config.Log = script.Env, launch.NewLog()
	result := &Result{Steps: []Outcome{}, Log: config.Log}
	plugin, err := launch.Start(config)
	if err != nil {
		result.Error = err.Error()
		return result, nil
	}
	result.Start = &Start{milliseconds(plugin.Started), plugin.Address.Network(), plugin.Address.String(), plugin.Pid}
	session := Session{Plugin: plugin, Base: base}
	for _, each := range steps {
		result.Steps = append(result.Steps, session.Perform(context.Background(), each))
	}
	stopped := stopOf(plugin.Stop())
	result.Stop = &stopped
	return result, nil
}

func stopOf(stopped launch.Stopped) Stop {
	return Stop{milliseconds(stopped.Took), stopped.Graceful, stopped.Blocked, stopped.SocketLeft}
}

// Decode reads steps; an unknown kind or key is an error that names the step.
func Decode(raw []json.RawMessage) ([]Step, error) {
	steps := make([]Step, 0, len(raw))
	for at, bytes := range raw {
		var about struct {
			Do string `json:"do"`
		}
		if err := json.Unmarshal(bytes, &about); err != nil {
			return nil, fmt.Errorf("steps[%d]: %w", at, err)
		}
		empty, known := kinds[about.Do]
		if !known {
			return nil, fmt.Errorf("steps[%d]: there is no step %q", at, about.Do)
		}
		each := empty()
		if err := Strict(bytes, each); err != nil {
			return nil, fmt.Errorf("steps[%d] %s: %w", at, about.Do, err)
		}
		steps = append(steps, each)
	}
	return steps, nil
}

// Perform makes one step.
func (s Session) Perform(ctx context.Context, each Step) Outcome {
	about := each.common()
	time.Sleep(time.Duration(about.AfterMilliseconds) * time.Millisecond)
	outcome := Outcome{Name: about.Name, Do: about.Do}
	caller, err := s.Base.With(about.Context)
	if err != nil {
		outcome.Code, outcome.Message = "Script", err.Error()
		return outcome
	}
	begun := time.Now()
	outcome.Result, err = each.run(traced(ctx), call{s, caller})
	outcome.Milliseconds = milliseconds(time.Since(begun))
	outcome.Code, outcome.Message = status.Code(err).String(), ""
	if err != nil {
		outcome.Message = status.Convert(err).Message()
	}
	return outcome
}

// StepParallel makes its steps all at once, the whole list `times` times.
type StepParallel struct {
	Common
	Steps []json.RawMessage `json:"steps"`
	Times int               `json:"times"`
}

func (s *StepParallel) run(ctx context.Context, call call) (any, error) {
	var each []Step
	for range max(s.Times, 1) {
		more, err := Decode(s.Steps)
		if err != nil {
			return nil, err
		}
		each = append(each, more...)
	}
	outcomes := make([]Outcome, len(each))
	var running sync.WaitGroup
	for at := range each {
		running.Go(func() { outcomes[at] = call.Perform(ctx, each[at]) })
	}
	running.Wait()
	return outcomes, nil
}

// StepWait lets time pass.
type StepWait struct {
	Common
	Milliseconds int `json:"milliseconds"`
}

func (s *StepWait) run(context.Context, call) (any, error) {
	time.Sleep(time.Duration(s.Milliseconds) * time.Millisecond)
	return nil, nil
}

func milliseconds(took time.Duration) float64 {
	return float64(took.Microseconds()) / 1000
}

// Strict decodes one JSON value and refuses keys that nobody reads: a mistyped key must not pass for a test.
func Strict(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if decoder.More() {
		return errors.New("more than one JSON value")
	}
	return nil
}
