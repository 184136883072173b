"""The class that MLServer loads for a model; imported by that server only.

Source: https://mlserver.readthedocs.io/en/stable/user-guide/custom.html
"""

from __future__ import annotations

import asyncio

from mlserver import MLModel
from mlserver.errors import InferenceError
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput, TensorData

from reader.inference.remote.served_model import ServedModel
from reader.inference.remote.wire import OUTPUTS


class ReadingRoomRuntime(MLModel):  # type: ignore[misc] # the server is not installed here
    """Answers with one of Reading Room's models, in a thread so that the server stays alive."""

    async def load(self) -> bool:
        """Called once by the server."""
        parameters = self.settings.parameters
        self._served = ServedModel.of_folders(parameters.extra["models_folders"])
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """One request."""
        sent = {tensor.name: tensor.data.root[0] for tensor in payload.inputs}
        try:
            answer = await asyncio.to_thread(self._served.answer, sent)
        except Exception as error:
            raise InferenceError(str(error)) from error
        outputs = [
            ResponseOutput(name=name, shape=[1], datatype="BYTES", data=TensorData([answer[name]]))
            for name in OUTPUTS
        ]
        return InferenceResponse(model_name=self.name, outputs=outputs)
