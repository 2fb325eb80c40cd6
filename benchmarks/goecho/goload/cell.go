package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"sync"
	"time"

	"reliability-studio/contracthost/script"
)

// Cell is one call at one number of callers. Latencies in milliseconds; CPU in milliseconds per call.
type Cell struct {
	Name         string  `json:"name"`
	Callers      int     `json:"callers"`
	Calls        int     `json:"calls"`
	Failures     int     `json:"failures"`
	FirstFailure string  `json:"first_failure"`
	PerSecond    float64 `json:"per_second"`
	P50          float64 `json:"p50"`
	P95          float64 `json:"p95"`
	P99          float64 `json:"p99"`
	Worst        float64 `json:"worst"`
	AnswerBytes  int     `json:"answer_bytes"`
	CPU          float64 `json:"cpu_ms_per_call"`
	ClientCPU    float64 `json:"client_cpu_ms_per_call"`
	MemoryMiB    float64 `json:"memory_mib"` // after the cell
}

// caller is what one of the concurrent callers saw.
type caller struct {
	took     []time.Duration
	failures int
	first    error
	bytes    int
}

// load warms up with the checked call, and then lets the callers go.
func load(ctx context.Context, session script.Session, step script.Step, callers int, rate pace, limit time.Duration) (*Cell, error) {
	first := session.Perform(ctx, step)
	call, err := session.Prepare(step)
	if err != nil {
		return nil, err
	}
	if err := check(ctx, session, first, call); err != nil {
		return nil, fmt.Errorf("cell %q: %w", first.Name, err)
	}
	before, err := usages(session.Plugin.Pid)
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	seen := concurrently(callers, func(c *caller, at int) {
		c.work(ctx, session, call, rate.of(at, callers), begun, begun.Add(limit))
	})
	took := time.Since(begun)
	after, err := usages(session.Plugin.Pid)
	if err != nil {
		return nil, err
	}
	cell := summary(seen, took)
	cell.Name, cell.Callers = first.Name, callers
	calls := float64(max(cell.Calls, 1))
	cell.CPU = (after[0].cpuMilliseconds - before[0].cpuMilliseconds) / calls
	cell.ClientCPU = (after[1].cpuMilliseconds - before[1].cpuMilliseconds) / calls
	cell.MemoryMiB = after[0].memoryMiB
	return cell, nil
}

// check refuses a cell whose call fails, or whose frames the host cannot decode: its numbers would mean nothing.
func check(ctx context.Context, session script.Session, first script.Outcome, call script.Call) error {
	if first.Code != "OK" {
		return fmt.Errorf("%s: %s", first.Code, first.Message)
	}
	if answers, ok := first.Result.(script.Answers); ok && answers.HostError != "" {
		return errors.New(answers.HostError)
	}
	_, err := call(ctx, session.Plugin)
	return err
}

// usages are the plugin's and this process's own.
func usages(plugin int) ([2]usage, error) {
	theirs, err := usageOf(plugin)
	if err != nil {
		return [2]usage{}, err
	}
	ours, err := usageOf(os.Getpid(), plugin)
	return [2]usage{theirs, ours}, err
}

func concurrently(callers int, work func(*caller, int)) []caller {
	seen := make([]caller, callers)
	var running sync.WaitGroup
	for at := range seen {
		running.Go(func() { work(&seen[at], at) })
	}
	running.Wait()
	return seen
}

// pace is how many calls a second all callers send together; 0: as fast as answers come.
type pace float64

// turns is when one caller is to send: first after the start, and then every so often.
type turns struct{ first, every time.Duration }

// of spreads the calls evenly over the callers.
func (p pace) of(at, callers int) turns {
	if p <= 0 {
		return turns{}
	}
	between := float64(time.Second) / float64(p)
	return turns{first: time.Duration(between * float64(at)), every: time.Duration(between * float64(callers))}
}

func (c *caller) work(ctx context.Context, session script.Session, call script.Call, turns turns, from, until time.Time) {
	due := from.Add(turns.first)
	for time.Now().Before(until) && due.Before(until) {
		time.Sleep(time.Until(due)) // a caller that is late sends at once
		begun := time.Now()
		bytes, err := call(ctx, session.Plugin)
		c.took = append(c.took, time.Since(begun))
		c.bytes = bytes
		if err != nil {
			c.failures++
			if c.first == nil {
				c.first = err
			}
		}
		due = due.Add(turns.every)
	}
}

func summary(seen []caller, took time.Duration) *Cell {
	cell := &Cell{}
	var all []time.Duration
	for _, each := range seen {
		all = append(all, each.took...)
		cell.Failures += each.failures
		if each.first != nil && cell.FirstFailure == "" {
			cell.FirstFailure = each.first.Error()
		}
		cell.AnswerBytes = max(cell.AnswerBytes, each.bytes)
	}
	slices.Sort(all)
	cell.Calls = len(all)
	cell.PerSecond = float64(len(all)) / took.Seconds()
	cell.P50, cell.P95, cell.P99 = percentile(all, 0.50), percentile(all, 0.95), percentile(all, 0.99)
	cell.Worst = percentile(all, 1)
	return cell
}

// percentile is by nearest rank, in milliseconds; the values are sorted.
func percentile(sorted []time.Duration, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(share * float64(len(sorted))))
	return float64(sorted[max(rank, 1)-1].Microseconds()) / 1000
}
