package script

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"reliability-studio/contracthost/reading"
)

// StepSubscribe asks whether the caller may listen to a channel.
type StepSubscribe struct {
	Common
	Path    string            `json:"path"`
	Data    json.RawMessage   `json:"data"`
	Headers map[string]string `json:"headers"`
}

// Channel is the answer to SubscribeStream and PublishStream.
type Channel struct {
	Status string         `json:"status"`
	Data   string         `json:"data"`
	Frame  *reading.Frame `json:"frame,omitempty"`
}

func (s *StepSubscribe) run(ctx context.Context, call call) (any, error) {
	answer, err := call.Plugin.Stream.SubscribeStream(ctx, &pluginv2.SubscribeStreamRequest{
		PluginContext: call.caller.proto(), Path: s.Path, Data: s.Data, Headers: s.Headers,
	})
	if err != nil {
		return nil, err
	}
	frame, err := liveFrame(answer.Data)
	return Channel{answer.Status.String(), string(answer.Data), frame}, err
}

// StepPublish sends something from a browser to a channel.
type StepPublish struct {
	Common
	Path    string            `json:"path"`
	Data    json.RawMessage   `json:"data"`
	Headers map[string]string `json:"headers"`
}

func (s *StepPublish) run(ctx context.Context, call call) (any, error) {
	answer, err := call.Plugin.Stream.PublishStream(ctx, &pluginv2.PublishStreamRequest{
		PluginContext: call.caller.proto(), Path: s.Path, Data: s.Data, Headers: s.Headers,
	})
	if err != nil {
		return nil, err
	}
	frame, err := liveFrame(answer.Data)
	return Channel{answer.Status.String(), string(answer.Data), frame}, err
}

// StepRunStream listens to a channel until it has the packets, or the time is over, then cancels.
type StepRunStream struct {
	Common
	Path         string            `json:"path"`
	Data         json.RawMessage   `json:"data"`
	Headers      map[string]string `json:"headers"`
	Packets      int               `json:"packets"` // 0: listen for the whole time
	Milliseconds int               `json:"milliseconds"`
}

// Stream is what was heard. Ended is `enough`, `time`, or `plugin` where the plugin ended it.
type Stream struct {
	Ended   string   `json:"ended"`
	Packets []Packet `json:"packets"`
}

// Packet is one message; Frame where it is a data frame with its schema.
type Packet struct {
	Data  string         `json:"data"`
	Frame *reading.Frame `json:"frame,omitempty"`
}

func (s *StepRunStream) run(ctx context.Context, call call) (any, error) {
	ctx, cancel := cancelled(ctx, s.Milliseconds)
	defer cancel()
	stream, err := call.Plugin.Stream.RunStream(ctx, &pluginv2.RunStreamRequest{
		PluginContext: call.caller.proto(), Path: s.Path, Data: s.Data, Headers: s.Headers,
	})
	if err != nil {
		return nil, err
	}
	heard := Stream{Ended: "enough", Packets: []Packet{}}
	for s.Packets == 0 || len(heard.Packets) < s.Packets {
		packet, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF):
			heard.Ended = "plugin"
			return heard, nil
		case status.Code(err) == codes.Canceled && ctx.Err() != nil:
			heard.Ended = "time"
			return heard, nil
		case err != nil:
			return heard, err
		}
		frame, err := liveFrame(packet.Data)
		if err != nil {
			return heard, err
		}
		heard.Packets = append(heard.Packets, Packet{string(packet.Data), frame})
	}
	return heard, nil
}

// liveFrame decodes a message that says to be a data frame; other JSON is handed on as it is.
func liveFrame(message []byte) (*reading.Frame, error) {
	if len(message) == 0 {
		return nil, nil
	}
	var about map[string]json.RawMessage
	if err := json.Unmarshal(message, &about); err != nil {
		return nil, err
	}
	if _, typed := about["schema"]; !typed {
		return nil, nil
	}
	frame := &data.Frame{}
	if err := json.Unmarshal(message, frame); err != nil {
		return nil, err
	}
	read := reading.Of(frame)
	return &read, nil
}
