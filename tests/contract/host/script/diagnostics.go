package script

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// crashLimit is how long a killed plugin may go unseen; Grafana looks once a second.
const crashLimit = 5 * time.Second

// StepPing is go-plugin's own health check.
type StepPing struct{ Common }

func (s *StepPing) run(_ context.Context, call call) (any, error) {
	return nil, call.Plugin.Ping()
}

// StepHealth asks gRPC's health service about services by name.
type StepHealth struct {
	Common
	Services []string `json:"services"`
}

func (s *StepHealth) run(ctx context.Context, call call) (any, error) {
	statuses := map[string]string{}
	for _, name := range s.Services {
		answer, err := call.Plugin.Health.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: name})
		if err != nil {
			statuses[name] = status.Code(err).String()
			continue
		}
		statuses[name] = answer.Status.String()
	}
	return statuses, nil
}

// StepCheckHealth is what "Save & test" does.
type StepCheckHealth struct {
	Common
	Headers map[string]string `json:"headers"`
}

// Health is the plugin's own verdict on itself.
type Health struct {
	Status  string          `json:"status"`
	Message string          `json:"message"`
	Details json.RawMessage `json:"details,omitempty"`
}

func (s *StepCheckHealth) run(ctx context.Context, call call) (any, error) {
	answer, err := call.Plugin.Diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{
		PluginContext: call.caller.proto(),
		Headers:       s.Headers,
	})
	if err != nil {
		return nil, err
	}
	if len(answer.JsonDetails) > 0 {
		var object map[string]any
		if err := json.Unmarshal(answer.JsonDetails, &object); err != nil {
			return nil, fmt.Errorf("Grafana answers 500: jsonDetails is not a JSON object: %w", err)
		}
	}
	return Health{answer.Status.String(), answer.Message, answer.JsonDetails}, nil
}

// StepCollectMetrics fetches the plugin's metrics as Prometheus would.
type StepCollectMetrics struct{ Common }

func (s *StepCollectMetrics) run(ctx context.Context, call call) (any, error) {
	answer, err := call.Plugin.Diagnostics.CollectMetrics(ctx, &pluginv2.CollectMetricsRequest{
		PluginContext: call.caller.proto(),
	})
	if err != nil {
		return nil, err
	}
	return string(answer.GetMetrics().GetPrometheus()), nil
}

// StepProbe calls methods and tells the gRPC status of each. Calls are the admission, conversion and chunked
// methods by their short names, or any path like `/package.Service/Method`, called with an empty message.
type StepProbe struct {
	Common
	Calls []string `json:"calls"`
}

func (s *StepProbe) run(ctx context.Context, call call) (any, error) {
	codes := map[string]string{}
	for _, name := range s.Calls {
		codes[name] = status.Code(probe(ctx, call, name)).String()
	}
	return codes, nil
}

func probe(ctx context.Context, call call, name string) error {
	caller := call.caller.proto()
	switch name {
	case "validateAdmission":
		_, err := call.Plugin.Admission.ValidateAdmission(ctx, &pluginv2.AdmissionRequest{PluginContext: caller})
		return err
	case "mutateAdmission":
		_, err := call.Plugin.Admission.MutateAdmission(ctx, &pluginv2.AdmissionRequest{PluginContext: caller})
		return err
	case "convertObjects":
		_, err := call.Plugin.Conversion.ConvertObjects(ctx, &pluginv2.ConversionRequest{PluginContext: caller})
		return err
	case "queryChunkedData":
		stream, err := call.Plugin.Data.QueryChunkedData(ctx, &pluginv2.QueryChunkedDataRequest{PluginContext: caller})
		if err != nil {
			return err
		}
		_, err = stream.Recv()
		return err
	default:
		return call.Plugin.Conn.Invoke(ctx, name, &emptypb.Empty{}, &emptypb.Empty{})
	}
}

// StepCrash ends the plugin with SIGKILL, as the kernel does when memory runs out. Grafana starts it again
// only if the library sees the exit.
type StepCrash struct{ Common }

func (s *StepCrash) run(ctx context.Context, call call) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, crashLimit)
	defer cancel()
	took, err := call.Plugin.Crash(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]float64{"seenAfterMilliseconds": milliseconds(took)}, nil
}

// StepStop stops the plugin now, so that a script can do it while other steps of a `parallel` are under way.
type StepStop struct{ Common }

func (s *StepStop) run(_ context.Context, call call) (any, error) {
	return stopOf(call.Plugin.Stop()), nil
}
