// Package launch starts and stops a plugin as the Grafana server does (12.4 and later): hashicorp/go-plugin
// with Grafana's plugin set, an environment of its own, no deadline on calls, the stop of go-plugin's Kill.
package launch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// StopLimit ends a stop that would block the Grafana server for ever.
const StopLimit = 15 * time.Second

// Config says what to start. Env is what Grafana would add to its own variables, such as GF_PLUGIN_DATA_DIR.
type Config struct {
	Dir        string
	Executable string
	Env        map[string]string
	Log        *Log
}

// Plugin is a running plugin with a client for each of Grafana's services.
type Plugin struct {
	Diagnostics grpcplugin.DiagnosticsClient
	Resource    grpcplugin.ResourceClient
	Data        grpcplugin.DataClient
	Stream      grpcplugin.StreamClient
	Admission   grpcplugin.AdmissionClient
	Conversion  grpcplugin.ConversionClient
	Health      grpc_health_v1.HealthClient
	Conn        *grpc.ClientConn
	Started     time.Duration // from exec to a connected client
	Pid         int
	Address     net.Addr

	client *plugin.Client
	rpc    plugin.ClientProtocol
	log    *Log
}

// Stopped says how the plugin ended.
type Stopped struct {
	Took       time.Duration
	Graceful   bool // went by itself after Shutdown; otherwise it was killed
	Blocked    bool // Kill did not return within StopLimit
	SocketLeft bool
}

// Path is where Grafana looks for the executable of this machine.
func Path(dir, executable string) string {
	return filepath.Join(dir, fmt.Sprintf("%s_%s_%s", executable, runtime.GOOS, runtime.GOARCH))
}

// Start launches the plugin and connects to every service.
func Start(config Config) (*Plugin, error) {
	path, err := filepath.Abs(Path(config.Dir, config.Executable))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path)
	cmd.Env = environment(config.Env)
	client := plugin.NewClient(&plugin.ClientConfig{
		Cmd: cmd,
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]plugin.PluginSet{grpcplugin.ProtocolVersion: pluginSet()},
		SkipHostEnv:      true,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Logger:           config.Log.logger(),
		Stderr:           config.Log,
	})
	begun := time.Now()
	rpc, err := client.Client()
	if err != nil {
		client.Kill()
		return nil, err
	}
	running := &Plugin{client: client, rpc: rpc, log: config.Log, Started: time.Since(begun)}
	if err := running.connect(); err != nil {
		client.Kill()
		return nil, err
	}
	return running, nil
}

// environment is Grafana's own part and what an operator configured; nothing of this process goes in.
func environment(extra map[string]string) []string {
	env := []string{"GF_VERSION=13.2.3", "GF_EDITION=Open Source"}
	for key, value := range extra {
		env = append(env, key+"="+value)
	}
	slices.Sort(env)
	return env
}

func pluginSet() plugin.PluginSet {
	return plugin.PluginSet{
		"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
		"resource":    &grpcplugin.ResourceGRPCPlugin{},
		"data":        &grpcplugin.DataGRPCPlugin{},
		"stream":      &grpcplugin.StreamGRPCPlugin{},
		"admission":   &grpcplugin.AdmissionGRPCPlugin{},
		"conversion":  &grpcplugin.ConversionGRPCPlugin{},
	}
}

func (p *Plugin) connect() error {
	connection, ok := p.rpc.(*plugin.GRPCClient)
	if !ok {
		return fmt.Errorf("the plugin speaks %T, not gRPC", p.rpc)
	}
	p.Conn = connection.Conn
	p.Health = grpc_health_v1.NewHealthClient(p.Conn)
	reattach := p.client.ReattachConfig()
	p.Pid, p.Address = reattach.Pid, reattach.Addr
	return errors.Join(
		dispense(p.rpc, "diagnostics", &p.Diagnostics),
		dispense(p.rpc, "resource", &p.Resource),
		dispense(p.rpc, "data", &p.Data),
		dispense(p.rpc, "stream", &p.Stream),
		dispense(p.rpc, "admission", &p.Admission),
		dispense(p.rpc, "conversion", &p.Conversion),
	)
}

func dispense[Client any](rpc plugin.ClientProtocol, name string, into *Client) error {
	raw, err := rpc.Dispense(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	client, ok := raw.(Client)
	if !ok {
		return fmt.Errorf("%s: the library gave a %T", name, raw)
	}
	*into = client
	return nil
}

// Ping is go-plugin's own check that the plugin serves.
func (p *Plugin) Ping() error { return p.rpc.Ping() }

// Exited is what Grafana polls once a second to decide on a restart.
func (p *Plugin) Exited() bool { return p.client.Exited() }

// Crash ends the process with SIGKILL and waits until the library has seen it.
func (p *Plugin) Crash(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	if err := syscall.Kill(p.Pid, syscall.SIGKILL); err != nil {
		return 0, err
	}
	for !p.Exited() {
		select {
		case <-ctx.Done():
			return 0, errors.New("the library never saw the exit: something still holds the plugin's pipes")
		case <-time.After(5 * time.Millisecond):
		}
	}
	return time.Since(begun), nil
}

// Stop is Grafana's way to end a plugin, with a limit of our own.
func (p *Plugin) Stop() Stopped {
	begun := time.Now()
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.client.Kill()
	}()
	stopped := Stopped{}
	select {
	case <-done:
	case <-time.After(StopLimit):
		stopped.Blocked = true
		_ = syscall.Kill(p.Pid, syscall.SIGKILL)
	}
	stopped.Took = time.Since(begun)
	stopped.Graceful = !stopped.Blocked && !p.log.killed()
	stopped.SocketLeft = p.socketLeft()
	return stopped
}

func (p *Plugin) socketLeft() bool {
	if p.Address == nil || p.Address.Network() != "unix" {
		return false
	}
	_, err := os.Stat(p.Address.String())
	return err == nil
}
