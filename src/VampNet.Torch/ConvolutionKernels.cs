using System.Runtime.InteropServices;

namespace VampNet.Torch;

/// <summary>Selects libtorch's own convolution kernels instead of those of oneDNN and NNPACK.</summary>
/// <remarks>
/// oneDNN 3.7.1, which libtorch 2.10 contains, reads memory that nobody wrote when it convolves a number of channels that its AVX-512
/// kernels must pad (24, for instance): outputs differ from run to run and may be NaN. A reference must not do that. NNPACK prints a
/// warning on processors that it does not know. TorchSharp has no call for either switch (Python: <c>torch.backends.mkldnn.enabled</c>),
/// so this calls libtorch's.
/// </remarks>
internal static class ConvolutionKernels
{
    private const string Library = "torch_cpu";

    private static readonly Lazy<bool> Selected = new(Select);

    /// <summary>Switches oneDNN and NNPACK off for the whole process; later calls cost nothing.</summary>
    /// <returns>Whether libtorch has the switches: always, but on platforms where neither kernel library is part of it.</returns>
    public static bool UseNative() => Selected.Value;

    private static unsafe bool Select()
    {
        // TorchSharp loads libtorch on first use.
        TorchSharp.torch.InitializeDeviceType(TorchSharp.DeviceType.CPU);
        bool isWindows = OperatingSystem.IsWindows();
        string context = isWindows ? "?globalContext@at@@YAAEAVContext@1@XZ" : "_ZN2at13globalContextEv";
        string oneDnn = isWindows ? "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z" : "_ZN2at7Context20setUserEnabledMkldnnEb";
        string nnPack = isWindows ? "?setUserEnabledNNPACK@Context@at@@QEAAX_N@Z" : "_ZN2at7Context20setUserEnabledNNPACKEb";
        if (
            !NativeLibrary.TryLoad(Library, typeof(TorchSharp.torch).Assembly, null, out nint library)
            || !NativeLibrary.TryGetExport(library, context, out nint getContext)
            || !NativeLibrary.TryGetExport(library, oneDnn, out nint enableOneDnn)
            || !NativeLibrary.TryGetExport(library, nnPack, out nint enableNnPack)
        )
        {
            return false;
        }

        nint instance = ((delegate* unmanaged<nint>)getContext)();
        ((delegate* unmanaged<nint, byte, void>)enableOneDnn)(instance, 0);
        ((delegate* unmanaged<nint, byte, void>)enableNnPack)(instance, 0);
        return true;
    }
}
