// Command goload starts a plugin with Grafana's own host code and loads it through that: n callers at once,
// each sends its next call when the last is answered, or when its turn comes at a rate for all, for a bounded time
// per cell.
//
//	goload --plugin-dir DIR --executable NAME [--role app|datasource] [--job FILE.json] [--seconds N] [--callers 1,16,64]
//	       [--rate N]
//
// It prints one JSON document; see README.md for the job and the result.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"reliability-studio/contracthost/launch"
	"reliability-studio/contracthost/script"
)

// Job is what to offer. Setup steps are made once before, and each must succeed.
type Job struct {
	Env     map[string]string `json:"env"`
	Context json.RawMessage   `json:"context"`
	Setup   []json.RawMessage `json:"setup"`
	Cells   []json.RawMessage `json:"cells"`
}

// echoJob is the job for goecho, and for any plugin that answers the same way.
const echoJob = `{"cells": [
	{"name": "CallResource 1 KB", "do": "callResource", "method": "POST", "path": "echo", "bodyBytes": 1000},
	{"name": "CallResource 100 KB", "do": "callResource", "method": "POST", "path": "echo", "bodyBytes": 100000},
	{"name": "QueryData 1000 rows", "do": "queryData", "queries": [
		{"refId": "A", "queryType": "echo", "model": {"rows": 1000}, "fromMS": 1700000000000, "toMS": 1700086400000}]}
]}`

// Report is what a run showed.
type Report struct {
	StartMilliseconds float64 `json:"start_ms"`
	IdleMemoryMiB     float64 `json:"idle_memory_mib"`
	Setup             []any   `json:"setup,omitempty"`
	Cells             []Cell  `json:"cells"`
	StopMilliseconds  float64 `json:"stop_ms"`
	StoppedGracefully bool    `json:"stopped_gracefully"`
}

type options struct {
	dir, executable, role, job string
	seconds                    time.Duration
	callers                    []int
	rate                       pace
}

func main() {
	chosen, err := parse(os.Args[1:])
	if err == nil {
		err = offer(chosen)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "goload:", err)
		os.Exit(1)
	}
}

func parse(arguments []string) (options, error) {
	var found options
	flags := flag.NewFlagSet("goload", flag.ContinueOnError)
	flags.StringVar(&found.dir, "plugin-dir", "", "folder with the executable")
	flags.StringVar(&found.executable, "executable", "", "its name without _<os>_<arch>")
	flags.StringVar(&found.role, "role", "app", "whose settings come with a call: app or datasource")
	flags.StringVar(&found.job, "job", "", "JSON file of the cells; the echo plugin's when absent")
	seconds := flags.Float64("seconds", 3, "how long each cell runs")
	callers := flags.String("callers", "1,16,64", "how many callers at once, one run for each")
	rate := flags.Float64("rate", 0, "calls a second in all; 0: as fast as answers come")
	if err := flags.Parse(arguments); err != nil {
		return found, err
	}
	found.seconds = time.Duration(*seconds * float64(time.Second))
	found.rate = pace(*rate)
	for _, text := range strings.Split(*callers, ",") {
		many, err := strconv.Atoi(text)
		if err != nil || many < 1 {
			return found, fmt.Errorf("--callers: %q is no number of callers", text)
		}
		found.callers = append(found.callers, many)
	}
	if found.dir == "" || found.executable == "" || found.seconds <= 0 || found.rate < 0 {
		return found, fmt.Errorf("--plugin-dir and --executable are needed, --seconds above 0, --rate not below")
	}
	return found, nil
}

func offer(chosen options) error {
	job, err := readJob(chosen.job)
	if err != nil {
		return err
	}
	cells, err := script.Decode(job.Cells)
	if err != nil {
		return fmt.Errorf("cells: %w", err)
	}
	setup, err := script.Decode(job.Setup)
	if err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	base, err := script.DefaultContext(chosen.role).With(job.Context)
	if err != nil {
		return err
	}
	plugin, err := launch.Start(launch.Config{
		Dir: chosen.dir, Executable: chosen.executable, Env: job.Env, Log: launch.NewLog(),
	})
	if err != nil {
		return err
	}
	report, failure := run(chosen, script.Session{Plugin: plugin, Base: base}, setup, cells)
	stopped := plugin.Stop()
	if failure != nil {
		return failure
	}
	report.StopMilliseconds, report.StoppedGracefully = float64(stopped.Took.Microseconds())/1000, stopped.Graceful
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	return out.Encode(report)
}

func readJob(path string) (Job, error) {
	var job Job
	text := []byte(echoJob)
	if path != "" {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return job, err
		}
	}
	return job, script.Strict(text, &job)
}

func run(chosen options, session script.Session, setup, cells []script.Step) (*Report, error) {
	ctx := context.Background()
	report := &Report{StartMilliseconds: float64(session.Plugin.Started.Microseconds()) / 1000, Cells: []Cell{}}
	for _, step := range setup {
		outcome := session.Perform(ctx, step)
		if outcome.Code != "OK" {
			return nil, fmt.Errorf("setup %s %s: %s: %s", outcome.Do, outcome.Name, outcome.Code, outcome.Message)
		}
		report.Setup = append(report.Setup, outcome)
	}
	usage, err := usageOf(session.Plugin.Pid)
	if err != nil {
		return nil, err
	}
	report.IdleMemoryMiB = usage.memoryMiB
	for _, step := range cells {
		for _, callers := range chosen.callers {
			cell, err := load(ctx, session, step, callers, chosen.rate, chosen.seconds)
			if err != nil {
				return nil, err
			}
			report.Cells = append(report.Cells, *cell)
		}
	}
	return report, nil
}
