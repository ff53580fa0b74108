using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Validation.Tests;

/// <summary>
/// ONNX Runtime's environment is one for the process, and is not made safely by two threads at once with different options; a command makes it alone, but
/// tests run side by side. So it is made before any of them.
/// </summary>
internal static class OnnxEnvironmentSetup
{
    [ModuleInitializer]
    internal static void Create() => OrtEnv.Instance();
}
