// Command contracthost holds a plugin to Grafana's contract with Grafana's own code: hashicorp/go-plugin
// starts and stops it, the plugin SDK's messages call it, the SDK's decoder reads its frames, and the data
// plane's reader judges those meant for alert rules.
//
//	contracthost run --plugin-dir DIR --executable NAME [--role app|datasource] --script FILE.json
//	contracthost decode DIR
//	contracthost proto-check DESCRIPTORSET
//
// Each prints one JSON document. Exit status: 0 done, 1 the contract is not kept, 2 wrong usage or input.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"reliability-studio/contracthost/launch"
	"reliability-studio/contracthost/reading"
	"reliability-studio/contracthost/script"
	"reliability-studio/contracthost/wireproto"
)

const usage = `usage:
  contracthost run --plugin-dir DIR --executable NAME [--role app|datasource] --script FILE.json
  contracthost decode DIR
  contracthost proto-check DESCRIPTORSET
`

func main() {
	os.Exit(command(os.Args[1:]))
}

func command(arguments []string) int {
	if len(arguments) == 0 {
		return misused(usage)
	}
	switch name, rest := arguments[0], arguments[1:]; {
	case name == "run":
		return run(rest)
	case name == "decode" && len(rest) == 1:
		return decode(rest[0])
	case name == "proto-check" && len(rest) == 1:
		return protoCheck(rest[0])
	default:
		return misused(usage)
	}
}

func run(arguments []string) int {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	dir := flags.String("plugin-dir", "", "folder that holds plugin.json and the executable")
	executable := flags.String("executable", "", "name in plugin.json; `_<os>_<arch>` is added")
	role := flags.String("role", "app", "whose settings come with a call: app or datasource")
	path := flags.String("script", "", "JSON file of the calls to make")
	if err := flags.Parse(arguments); err != nil {
		return 2
	}
	if *dir == "" || *executable == "" || *path == "" || flags.NArg() > 0 || (*role != "app" && *role != "datasource") {
		return misused(usage)
	}
	result, err := script.Run(launch.Config{Dir: *dir, Executable: *executable}, *role, *path)
	if err != nil {
		return misused(err)
	}
	return printed(result, result.Error != "" || len(result.Log.Violations) > 0 || !result.Stop.Graceful)
}

func decode(directory string) int {
	goldens, err := reading.Directory(directory)
	if err != nil {
		return misused(err)
	}
	broken := false
	for _, golden := range goldens {
		broken = broken || golden.Error != "" || golden.Dataplane.Error != ""
	}
	return printed(goldens, broken)
}

func protoCheck(path string) int {
	report, err := wireproto.Check(path)
	if err != nil {
		return misused(err)
	}
	return printed(report, len(report.Differences) > 0)
}

func printed(result any, broken bool) int {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	if err := out.Encode(result); err != nil {
		return misused(err)
	}
	if broken {
		return 1
	}
	return 0
}

func misused(why any) int {
	fmt.Fprintln(os.Stderr, "contracthost:", why)
	return 2
}
