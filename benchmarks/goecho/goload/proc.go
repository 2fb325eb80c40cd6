package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ticks per second of the CPU times in /proc; the same on every Linux that Go runs on.
const ticks = 100

// usage is what a process and its children hold and have used.
type usage struct {
	cpuMilliseconds float64
	memoryMiB       float64
}

// usageOf reads /proc for a process tree, leaving out the trees under `without`.
func usageOf(pid int, without ...int) (usage, error) {
	total := usage{}
	for queue := []int{pid}; len(queue) > 0; {
		next := queue[0]
		queue = queue[1:]
		if slices.Contains(without, next) {
			continue
		}
		one, err := usageOfOne(next)
		if err != nil {
			if next == pid {
				return total, err
			}
			continue // a child that has ended in between
		}
		total.cpuMilliseconds += one.cpuMilliseconds
		total.memoryMiB += one.memoryMiB
		queue = append(queue, children(next)...)
	}
	return total, nil
}

func usageOfOne(pid int) (usage, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return usage{}, err
	}
	// The name in parentheses may hold anything, so fields are counted from its end.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	pages, _ := strconv.ParseFloat(fields[21], 64)
	return usage{
		cpuMilliseconds: (user + system) * 1000 / ticks,
		memoryMiB:       pages * float64(os.Getpagesize()) / (1 << 20),
	}, nil
}

func children(pid int) []int {
	var found []int
	// Each thread has children of its own: in Go it is chance which thread started one.
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			continue
		}
		for _, field := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				found = append(found, child)
			}
		}
	}
	return found
}
