package script

import (
	"context"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"reliability-studio/contracthost/launch"
)

// Call sends one prepared request and reads its whole answer; bytes are those of the body or the frames.
type Call func(ctx context.Context, plugin *launch.Plugin) (bytes int, err error)

// repeatable is a step that can be sent many times with little work of ours in between.
type repeatable interface {
	prepare(caller Context) (Call, error)
}

// Prepare builds a step's request once, to send it many times.
func (s Session) Prepare(step Step) (Call, error) {
	each, ok := step.(repeatable)
	if !ok {
		return nil, fmt.Errorf("%s cannot be repeated; callResource and queryData can", step.common().Do)
	}
	caller, err := s.Base.With(step.common().Context)
	if err != nil {
		return nil, err
	}
	return each.prepare(caller)
}

// prepare takes an HTTP status outside 2xx for an error.
func (s *StepCallResource) prepare(caller Context) (Call, error) {
	request, err := s.request(caller)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, plugin *launch.Plugin) (int, error) {
		stream, err := plugin.Resource.CallResource(traced(ctx), request)
		if err != nil {
			return 0, err
		}
		answer, body, err := received(stream)
		if err != nil {
			return 0, err
		}
		if answer.Status < 200 || answer.Status > 299 {
			return 0, fmt.Errorf("status %d", answer.Status)
		}
		return len(body), nil
	}, nil
}

// prepare takes an error of any refId for an error.
func (s *StepQueryData) prepare(caller Context) (Call, error) {
	request := s.request(caller)
	return func(ctx context.Context, plugin *launch.Plugin) (int, error) {
		response, err := plugin.Data.QueryData(traced(ctx), request)
		if err != nil {
			return 0, err
		}
		return frameBytes(response)
	}, nil
}

func frameBytes(response *pluginv2.QueryDataResponse) (int, error) {
	bytes := 0
	for refID, each := range response.Responses {
		if each.Error != "" {
			return 0, fmt.Errorf("%s: %s", refID, each.Error)
		}
		for _, frame := range each.Frames {
			bytes += len(frame)
		}
	}
	return bytes, nil
}
